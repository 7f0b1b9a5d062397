package intake

import (
	"context"
	"io"

	"github.com/mintfax/mintfax/shared/contract"
)

// Quote answers contract.QuoteFax: it judges a fax as Submit does, renders it to count its pages, and forgets it.
// Whether the pool has the credits is not asked.
func (s *Service) Quote(ctx context.Context, r contract.SubmitFaxRequest) (contract.FaxQuote, error) {
	defer s.discard(ctx, r.Files)
	d, err := s.judgeNew(r)
	if err != nil {
		return contract.FaxQuote{}, err
	}
	if d.pages, err = s.write(ctx, r, io.Discard); err != nil {
		return contract.FaxQuote{}, err
	}
	return d.quote(), nil
}
