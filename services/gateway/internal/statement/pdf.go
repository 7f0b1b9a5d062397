package statement

import (
	"context"
	"fmt"
	"io"

	"github.com/mintfax/mintfax/shared/contract"
)

// MostLines is the maximum number of movements of a pool that the PDF lists, because it is built in memory. The PDF
// says where to find the rest.
const MostLines = 1000

// WritePDF writes the statement as A4 pages, with the totals of both pools and up to MostLines movements of each. It
// writes nothing when an error occurs.
func (s *Statement) WritePDF(ctx context.Context, w io.Writer) error {
	p, err := newPaper(s)
	if err != nil {
		return fmt.Errorf("begin the document: %w", err)
	}
	p.heading(s)
	for _, pool := range s.Pools {
		p.pool(pool)
		if err := s.list(ctx, p, pool); err != nil {
			return err
		}
	}
	p.explain()
	p.footers(s)
	if err := p.Output(w); err != nil {
		return fmt.Errorf("write the document: %w", err)
	}
	return nil
}

func (s *Statement) list(ctx context.Context, p *paper, pool contract.StatementPool) error {
	count := pool.Count()
	if count == 0 {
		p.note("No movements in this month.")
		return nil
	}
	lines := p.lines(pool)
	for m, err := range s.movements(ctx, pool) {
		if err != nil {
			return err
		}
		if lines.n == MostLines {
			p.note(fmt.Sprintf("These are the first %s of %s movements. All of them are in the CSV and the JSON of this statement: "+
				"GET /v1/account/statement?month=%s with Accept: text/csv or application/json.", grouped(MostLines), grouped(count), s.Month))
			break
		}
		lines.add(m)
	}
	return nil
}
