package reconcile

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// Difference is one thing that is not the same on both sides. Kind is a word that stays; Text names ids and
// amounts, for a person.
type Difference struct {
	Kind string
	ID   string
	Text string
}

// poolDiffers is the kind of what the proof of the pools finds.
const poolDiffers = "pool_differs"

// Report is what was compared, and what differs.
type Report struct {
	Scope

	Intents, Refunds, Disputes int // at Stripe, of ours
	Payments, Reversals        int // recorded
	Differences                []Difference
}

func (r *Report) differ(kind, id, format string, args ...any) {
	r.Differences = append(r.Differences, Difference{Kind: kind, ID: id, Text: fmt.Sprintf(format, args...)})
}

// Both are the differences that an earlier report has as well: what is not among them was on its way. What the proof of the
// pools found then stays unless they were proven again: it reads the ledger at one moment, at which nothing is on its way.
func (r Report) Both(earlier Report) Report {
	before := map[Difference]bool{}
	for _, d := range earlier.Differences {
		before[Difference{Kind: d.Kind, ID: d.ID}] = true
	}
	r.Differences = slices.DeleteFunc(r.Differences, func(d Difference) bool { return !before[Difference{Kind: d.Kind, ID: d.ID}] })
	if r.Pools {
		return r
	}
	for _, d := range earlier.Differences {
		if d.Kind == poolDiffers {
			r.Differences = append(r.Differences, d)
		}
	}
	return r
}

// Print writes the report for a person.
func (r Report) Print(to io.Writer) error {
	fmt.Fprintf(to, "From %s to %s:\n", r.From.UTC().Format(time.RFC3339), r.Until.UTC().Format(time.RFC3339))
	fmt.Fprintf(to, "  Stripe has %d payments, %d refunds and %d disputes of ours\n", r.Intents, r.Refunds, r.Disputes)
	fmt.Fprintf(to, "  recorded are %d payments, and %d refunds and disputes\n", r.Payments, r.Reversals)
	for _, d := range r.Differences {
		fmt.Fprintf(to, "%s: %s\n", d.Kind, d.Text)
	}
	if len(r.Differences) == 0 {
		_, err := fmt.Fprintln(to, "no differences, and the ledger agrees")
		return err
	}
	_, err := fmt.Fprintf(to, "%d differences\n", len(r.Differences))
	return err
}
