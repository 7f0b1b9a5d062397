package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
	"github.com/mintfax/mintfax/shared/ids"
)

const (
	holdLimit = 3 * time.Second
	undoLimit = 3 * time.Second
)

// accept turns a draft into a fax: it is written as accepting, its hold placed, its document kept, and then it is queued. When
// a step fails, or its outcome is unknown, all of it is undone.
func (s *Service) accept(ctx context.Context, d draft) (contract.SubmittedFax, error) {
	select {
	case s.Accepting <- struct{}{}:
		defer func() { <-s.Accepting }()
	case <-ctx.Done():
		return contract.SubmittedFax{}, fmt.Errorf("wait to accept a fax: %w", ctx.Err())
	}
	d.id = ids.New(ids.Fax)
	createdAt, err := s.Store.create(ctx, d)
	if errors.Is(err, errKeyTaken) {
		return s.concurrent(ctx, d.request)
	}
	if err != nil {
		return contract.SubmittedFax{}, err
	}
	d.createdAt = createdAt
	crashpoint.Here(crashpoint.SubmissionCreated)
	if err := s.hold(ctx, d); err != nil {
		return s.withdraw(ctx, d, err)
	}
	crashpoint.Here(crashpoint.SubmissionHeld)
	if err := s.Documents.Keep(ctx, d.document.ID); err != nil {
		return s.undo(ctx, d, err)
	}
	crashpoint.Here(crashpoint.SubmissionKept)
	if err := s.Store.accept(ctx, d); err != nil {
		return s.undo(ctx, d, err)
	}
	crashpoint.Here(crashpoint.SubmissionAccepted)
	s.Wake()
	return d.submitted(), nil
}

// undo abandons a submission and answers service_unavailable, unless it turns out to be a fax: the answer to a commit can be
// lost.
func (s *Service) undo(ctx context.Context, d draft, cause error) (contract.SubmittedFax, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoLimit)
	defer cancel()
	accepted, err := s.abandon(ctx, d.id)
	if err != nil {
		s.Log.WarnContext(ctx, "an unfinished submission waits for the sweep", "fax_id", d.id, "error", err)
	}
	if accepted {
		s.Wake()
		return d.submitted(), nil
	}
	return contract.SubmittedFax{}, apierror.Wrap(apierror.ServiceUnavailable, cause)
}
