package reconcile

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// Difference is one disagreement. Kind is a stable identifier; Text names ids and amounts, for an operator.
type Difference struct {
	Kind string
	ID   string
	Text string
}

// poolDiffers is the kind of a pool that does not equal the sum of its ledger entries.
const poolDiffers = "pool_differs"

// Report counts what was compared and lists the differences.
type Report struct {
	Scope

	Intents, Refunds, Disputes int // at Stripe, of ours
	Payments, Reversals        int // recorded
	Differences                []Difference
}

func (r *Report) differ(kind, id, format string, args ...any) {
	r.Differences = append(r.Differences, Difference{Kind: kind, ID: id, Text: fmt.Sprintf(format, args...)})
}

// Both returns the report reduced to the differences that an earlier report has as well; the others were in transit.
// Differences of pools in the earlier report stay unless this one recomputed the pools: they come from one snapshot of
// the ledger, in which nothing is in transit.
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

// Print writes the report for an operator.
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
