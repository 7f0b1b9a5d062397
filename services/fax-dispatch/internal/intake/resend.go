package intake

import (
	"cmp"
	"context"
	"errors"
	"strconv"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
	"github.com/mintfax/mintfax/shared/ids"
)

// original is a fax that is sent again.
type original struct {
	request  contract.SubmitFaxRequest // as far as it is still known
	attempts int
	pages    int
	document contract.StagedFile
}

// Resend serves contract.ResendFax: it sends the pages of a fax again as a new fax with its own hold.
func (s *Service) Resend(ctx context.Context, r contract.ResendFaxRequest) (contract.SubmittedFax, error) {
	if !ids.Valid(ids.Fax, r.ID) {
		return contract.SubmittedFax{}, apierror.New(apierror.NotFound)
	}
	request := contract.SubmitFaxRequest{Tenant: r.Tenant, IdempotencyKey: r.IdempotencyKey, Fingerprint: r.Fingerprint}
	known, found, err := s.replay(ctx, request)
	if err != nil || found {
		return known, err
	}
	from, err := s.Store.original(ctx, r.Tenant, r.ID)
	if err != nil {
		return contract.SubmittedFax{}, err
	}
	request = from.request
	request.Tenant, request.IdempotencyKey, request.Fingerprint = r.Tenant, r.IdempotencyKey, r.Fingerprint
	request.To = cmp.Or(r.To, request.To)
	request.WebhookURL = cmp.Or(r.WebhookURL, request.WebhookURL)
	request.MaxAttempts = cmp.Or(r.MaxAttempts, strconv.Itoa(from.attempts))
	attempts, err := validate(request)
	if err != nil {
		return contract.SubmittedFax{}, err
	}
	d, err := s.price(request, attempts)
	if err != nil {
		return contract.SubmittedFax{}, err
	}
	d.pages, d.resentFrom = from.pages, &r.ID
	if d.document, err = s.copy(ctx, from.document); err != nil {
		return contract.SubmittedFax{}, err
	}
	return s.acceptOrDiscard(ctx, d)
}

// copy stages the pages again under their own key, so that erasing one fax leaves the other intact.
func (s *Service) copy(ctx context.Context, from contract.StagedFile) (contract.StagedFile, error) {
	content, err := s.Documents.Read(ctx, from)
	if errors.Is(err, documents.ErrNotFound) {
		return contract.StagedFile{}, apierror.New(apierror.DocumentGone)
	}
	if err != nil {
		return contract.StagedFile{}, err
	}
	defer content.Close()
	return s.Documents.Stage(ctx, content, maxRendered)
}
