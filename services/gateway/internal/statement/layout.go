package statement

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mintfax/mintfax/shared/contract"
)

const mostNameLines = 3

// heading says what this is and whose.
func (p *paper) heading(s *Statement) {
	from, until, _ := s.Month.Bounds() // wallet has read it
	last := until.AddDate(0, 0, -1)
	p.SetFillColor(mint().r, mint().g, mint().b)
	p.Rect(margin, margin+0.6, 3.2, 3.2, "F")
	p.pen(bold, 11, ink())
	p.put(margin+5, margin, 60, 4.5, "mintfax", "L")
	p.pen(regular, 8.5, quiet())
	p.put(margin+textWidth-80, margin, 80, 4.5, "Account statement", "R")

	p.pen(bold, 20, ink())
	p.put(margin, margin+13, textWidth, 9, from.Format("January 2006"), "L")
	p.pen(regular, 8.5, quiet())
	p.put(margin, margin+22.5, textWidth, 4.5, fmt.Sprintf("%d to %s, UTC", from.Day(), last.Format("2 January 2006")), "L")

	y := p.owner(s, margin+32)
	state := "This month has ended. The statement is final."
	if !s.Complete {
		state = "This month has not ended. The statement has what moved until " + s.AsOf.UTC().Format("2 January 2006, 15:04:05") + " UTC."
	}
	p.pen(regular, 8.5, quiet())
	p.put(margin, y+1.5, textWidth, 4.5, state, "L")
	p.SetY(y + 7)
}

// owner is the account's name, or when the fonts lack a letter of it the account's id and why.
func (p *paper) owner(s *Statement, y float64) float64 {
	size, height := 12.0, 5.5
	if len([]rune(s.AccountName)) > 80 {
		size, height = 9, 4.3
	}
	if !p.letters.canShow(s.AccountName) {
		p.pen(bold, size, ink())
		p.put(margin, y, textWidth, height, s.AccountID, "L")
		p.pen(regular, 8.5, quiet())
		p.put(margin, y+height, textWidth, 4.5, "The account's name has letters that cannot be printed here. It is this document's title, and in the JSON.", "L")
		return y + height + 4.5
	}
	p.pen(bold, size, ink())
	lines := p.SplitText(p.letters.shown(s.AccountName), textWidth)
	if len(lines) > mostNameLines {
		lines = append(lines[:mostNameLines-1], strings.Join(lines[mostNameLines-1:], " "))
	}
	for _, line := range lines {
		p.put(margin, y, textWidth, height, line, "L")
		y += height
	}
	p.pen(regular, 8.5, quiet())
	p.put(margin, y+0.3, textWidth, 4.5, s.AccountID, "L")
	return y + 4.8
}

// pool is the head of a pool and its sums.
func (p *paper) pool(pool contract.StatementPool) {
	const row = 5.6
	p.room(24 + row*float64(len(pool.Totals)+3))
	y := p.GetY() + 9
	p.pen(bold, 12.5, ink())
	p.put(margin, y, textWidth, 6, poolName(pool.BalanceType), "L")
	y += 7.5
	p.rule(y, 0.6, mint())
	y += 1.2
	p.pen(regular, 7.5, quiet())
	p.sum(y, row, "", "Number", [3]string{"Available", "Held", "Balance"})
	y += row
	p.pen(regular, 9, ink())
	p.sum(y, row, "Opening balance", "", figures(pool.Opening, grouped))
	for _, total := range pool.Totals {
		y += row
		p.rule(y, 0.15, hair())
		p.sum(y, row, kindName(total.Type), grouped(total.Count), figures(total.Change, signed))
	}
	y += row
	p.rule(y, 0.3, ink())
	p.pen(bold, 9, ink())
	p.sum(y, row, "Closing balance", "", figures(pool.Closing, grouped))
	p.SetY(y + row)
}

func (p *paper) sum(y, height float64, name, count string, values [3]string) {
	p.put(margin, y, 50, height, name, "L")
	p.put(margin+50, y, 22, height, count, "R")
	for n, value := range values {
		p.put(margin+72+34*float64(n), y, 34, height, value, "R")
	}
}

// explain says what the words mean.
func (p *paper) explain() {
	p.SetY(p.GetY() + 3)
	p.note("Amounts are credits; a credit is worth one cent of " + contract.Currency + ". The balance is what is available and what is held together. " +
		"A hold sets credits aside for a fax and leaves the balance as it is; a capture spends them when the fax is delivered, a release gives them back when it is not.")
}

// footers number the pages, once it is known how many there are.
func (p *paper) footers(s *Statement) {
	from, _, _ := s.Month.Bounds()
	for n := 1; n <= p.PageCount(); n++ {
		p.SetPage(n)
		p.pen(regular, 7.5, quiet())
		p.put(margin, pageHeight-14, textWidth/2, 4, "mintfax · "+from.Format("January 2006")+" · "+s.AccountID, "L")
		p.put(margin+textWidth/2, pageHeight-14, textWidth/2, 4, fmt.Sprintf("Page %d of %d", n, p.PageCount()), "R")
	}
}

func poolName(t contract.EnvironmentType) string {
	if t == contract.Live {
		return "Live pool"
	}
	return "Sandbox pool"
}

func kindName(t contract.TransactionType) string {
	if t == "" {
		return ""
	}
	return strings.ToUpper(string(t[:1])) + string(t[1:])
}

func figures(b contract.PoolBalance, format func(int64) string) [3]string {
	return [3]string{format(b.Available), format(b.Held), format(b.Balance)}
}

// grouped is a number with commas. Its minus is the one that a spreadsheet knows when it is pasted there.
func grouped(n int64) string {
	digits, negative := strings.CutPrefix(strconv.FormatInt(n, 10), "-")
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	if negative {
		return "-" + digits
	}
	return digits
}

// signed is a change: what is not negative and not zero has its plus.
func signed(n int64) string {
	if n > 0 {
		return "+" + grouped(n)
	}
	return grouped(n)
}
