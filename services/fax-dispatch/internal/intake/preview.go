package intake

import (
	"context"
	"errors"
	"io"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
)

// Quote serves contract.QuoteFax: it validates, prices and renders a fax as Submit does, and stores nothing. It does not check
// whether the pool has the credits.
func (s *Service) Quote(ctx context.Context, r contract.SubmitFaxRequest) (contract.FaxQuote, error) {
	defer s.discard(ctx, r.Files)
	d, err := s.prepare(r)
	if err != nil {
		return contract.FaxQuote{}, err
	}
	if d.pages, err = s.write(ctx, r, io.Discard); err != nil {
		return contract.FaxQuote{}, err
	}
	return d.quote(), nil
}

// Preview serves contract.PreviewFax: it validates, prices and renders a fax as Submit does, and leaves its pages in staging.
// A SubmitFax with them as Previewed sends exactly those pages.
func (s *Service) Preview(ctx context.Context, r contract.SubmitFaxRequest) (contract.FaxPreview, error) {
	defer s.discard(ctx, r.Files)
	d, err := s.prepare(r)
	if err != nil {
		return contract.FaxPreview{}, err
	}
	if d.document, d.pages, err = s.render(ctx, r); err != nil {
		return contract.FaxPreview{}, err
	}
	return contract.FaxPreview{Quote: d.quote(), Pages: contract.FaxPages{Document: d.document, Pages: d.pages}}, nil
}

// submitPreviewed sends the pages of a preview. They stay staged for another try when they are not sent.
func (s *Service) submitPreviewed(ctx context.Context, r contract.SubmitFaxRequest) (contract.SubmittedFax, error) {
	attempts, err := validate(r)
	if err != nil {
		return contract.SubmittedFax{}, err
	}
	d, err := s.price(r, attempts)
	if err != nil {
		return contract.SubmittedFax{}, err
	}
	d.document = *r.Previewed
	err = s.eachPage(ctx, d.document, func([]byte, int) error { d.pages++; return nil })
	if errors.Is(err, documents.ErrNotFound) {
		return contract.SubmittedFax{}, apierror.New(apierror.DocumentGone)
	}
	if err != nil {
		return contract.SubmittedFax{}, err
	}
	return s.accept(ctx, d)
}
