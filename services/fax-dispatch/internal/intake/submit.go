package intake

import (
	"context"
	"time"

	"github.com/mintfax/mintfax/shared/contract"
)

// answerMargin is the least time left of the caller's deadline when a fax is accepted: the caller would treat a fax that is
// accepted at the deadline as refused.
const answerMargin = 300 * time.Millisecond

// Submit serves contract.SubmitFax. A refusal leaves no fax, no hold and no document behind.
func (s *Service) Submit(ctx context.Context, r contract.SubmitFaxRequest) (contract.SubmittedFax, error) {
	if deadline, has := ctx.Deadline(); has {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-answerMargin))
		defer cancel()
	}
	submitted, err := s.submit(ctx, r)
	s.discard(ctx, r.Files) // the rendered pages are kept
	return submitted, err
}

func (s *Service) submit(ctx context.Context, r contract.SubmitFaxRequest) (contract.SubmittedFax, error) {
	known, found, err := s.replay(ctx, r)
	if err != nil || found {
		return known, err
	}
	if r.Previewed != nil {
		return s.submitPreviewed(ctx, r)
	}
	d, err := s.prepare(r)
	if err != nil {
		return contract.SubmittedFax{}, err
	}
	if d.document, d.pages, err = s.render(ctx, r); err != nil {
		return contract.SubmittedFax{}, err
	}
	return s.acceptOrDiscard(ctx, d)
}

// acceptOrDiscard turns a draft into a fax, or deletes its staged pages.
func (s *Service) acceptOrDiscard(ctx context.Context, d draft) (contract.SubmittedFax, error) {
	submitted, err := s.accept(ctx, d)
	if err != nil || submitted.Replayed {
		s.discard(ctx, []contract.StagedFile{d.document})
	}
	return submitted, err
}

// prepare validates and prices a request with files.
func (s *Service) prepare(r contract.SubmitFaxRequest) (draft, error) {
	attempts, err := validateUpload(r)
	if err != nil {
		return draft{}, err
	}
	return s.price(r, attempts)
}
