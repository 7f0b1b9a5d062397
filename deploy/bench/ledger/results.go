package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/mintfax/mintfax/deploy/bench"
)

// Results are what was measured, in the order of measuring.
type Results struct {
	Plan Plan          `json:"plan"`
	All  []Measurement `json:"measurements"`
}

// wanted is the required ratio of the ledger over the naive way, on one account.
const wanted = 1.5

// Ratios are units a second of the ledger over those of the naive way, round by round.
func (r Results) Ratios(accounts int) []float64 {
	ours, typed := r.of(ledgerWay, accounts), r.of(naiveWay, accounts)
	ratios := make([]float64, min(len(ours), len(typed)))
	for n := range ratios {
		ratios[n] = ours[n].PerSecond / typed[n].PerSecond
	}
	return ratios
}

func (r Results) of(way string, accounts int) (found []Measurement) {
	for _, m := range r.All {
		if m.Way == way && m.Accounts == accounts {
			found = append(found, m)
		}
	}
	return found
}

// Print writes the medians as a table, and whether the required ratio is met.
func (r Results) Print(to io.Writer) error {
	fmt.Fprintf(to, "\nA hold and its capture, %d at once; medians of %d rounds of %s\n\n", r.Plan.Workers, r.Plan.Rounds, r.Plan.Each)
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "accounts\tway\tper second\tp50 ms\tp99 ms\t")
	for _, accounts := range []int{r.Plan.Accounts, 1} {
		for _, way := range []string{ledgerWay, naiveWay} {
			all := r.of(way, accounts)
			fmt.Fprintf(table, "%d\t%s\t%.0f\t%.2f\t%.2f\t\n", accounts, way,
				bench.Median(all, func(m Measurement) float64 { return m.PerSecond }),
				bench.Median(all, func(m Measurement) float64 { return m.P50 }),
				bench.Median(all, func(m Measurement) float64 { return m.P99 }))
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	hot := median(r.Ratios(1))
	met := "met"
	if hot < wanted {
		met = "NOT met"
	}
	_, err := fmt.Fprintf(to, "\nledger / naive, per second: %.2f over %d accounts, %.2f on one (wanted >= %.1f, %s)\n",
		median(r.Ratios(r.Plan.Accounts)), r.Plan.Accounts, hot, wanted, met)
	return err
}

func median(values []float64) float64 {
	return bench.Median(values, func(v float64) float64 { return v })
}
