package statement

import "github.com/mintfax/mintfax/shared/contract"

const (
	lineHeight = 5.0
	gutter     = 2.0

	referenceColumn = 3
)

// column is one of the list of movements.
type column struct {
	name  string
	width float64
	align string
}

func listColumns() []column {
	return []column{
		{"Time (UTC)", 28, "L"},
		{"Movement", 18, "L"},
		{"Description", 32, "L"},
		{"Fax or payment", 43, "L"},
		{"Amount", 18, "R"},
		{"Available", 19, "R"},
		{"Held", 16, "R"},
	}
}

// lines is the list of a pool's movements; its head is repeated on each page.
type lines struct {
	p    *paper
	pool contract.StatementPool
	n    int
}

func (p *paper) lines(pool contract.StatementPool) *lines {
	l := &lines{p: p, pool: pool}
	p.room(4 * lineHeight)
	p.SetY(p.GetY() + 5)
	l.head()
	return l
}

func (l *lines) head() {
	l.p.pen(regular, 7.5, quiet())
	var names []string
	for _, c := range listColumns() {
		names = append(names, c.name)
	}
	l.row(names)
	l.p.rule(l.p.GetY(), 0.3, mint())
}

// add writes a movement.
func (l *lines) add(m contract.Movement) {
	if l.p.room(lineHeight) {
		l.p.pen(bold, 8.5, ink())
		l.p.put(margin, l.p.GetY(), textWidth, lineHeight, poolName(l.pool.BalanceType)+", continued", "L")
		l.p.SetY(l.p.GetY() + lineHeight + 1)
		l.head()
	} else if l.n > 0 {
		l.p.rule(l.p.GetY(), 0.1, hair())
	}
	reference := orEmpty(m.FaxID)
	if m.FaxID == nil {
		reference = orEmpty(m.PaymentID)
	}
	l.p.pen(regular, 7.5, ink())
	l.row([]string{
		m.CreatedAt.UTC().Format("2006-01-02 15:04:05"), kindName(m.Type), m.Description, reference,
		signed(m.Amount), grouped(m.After.Available), grouped(m.After.Held),
	})
	l.n++
}

func (l *lines) row(cells []string) {
	x, y := margin, l.p.GetY()
	for n, c := range listColumns() {
		width := c.width
		if c.align == "L" {
			width -= gutter
		}
		if n == referenceColumn {
			l.p.whole(x, y, width, lineHeight, cells[n])
		} else {
			l.p.put(x, y, width, lineHeight, cells[n], c.align)
		}
		x += c.width
	}
	l.p.SetY(y + lineHeight)
}
