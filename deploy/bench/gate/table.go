package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Print writes the medians as tables.
func (r Results) Print(to io.Writer) error {
	fmt.Fprintf(to, "\nMedians of %d rounds of %.0f s, %d keys in the database\n\n", r.Rounds, r.Seconds, r.Keys)
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "in flight\tvariant\trequests/s\tp50 ms\tp99 ms\twrong\t")
	for _, name := range programs() {
		fmt.Fprintf(table, "%s\t", name)
	}
	fmt.Fprintln(table)
	for _, m := range medians(r.Closed) {
		fmt.Fprintf(table, "%d\t%s\t%.0f\t%.2f\t%.2f\t%d\t", m.InFlight, m.Variant, m.PerSecond, m.P50, m.P99, m.Wrong)
		for _, name := range programs() {
			fmt.Fprintf(table, "%.0f\t", m.CPU[name]*1000)
		}
		fmt.Fprintln(table)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(to, "The last columns are microseconds of processor time for one request (seconds for 1,000,000), by program.")
	if len(r.Open) > 0 {
		fmt.Fprintln(to, "\nOpen loop")
		fmt.Fprintln(to)
		fmt.Fprintln(table, "offered/s\tvariant\tachieved/s\tdropped\twrong\tp50 ms\tp99 ms\t")
		for _, m := range medians(r.Open) {
			fmt.Fprintf(table, "%.0f\t%s\t%.0f\t%d\t%d\t%.2f\t%.2f\t\n", m.Rate, m.Variant, m.PerSecond, m.Dropped, m.Wrong, m.P50, m.P99)
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	fmt.Fprintln(to)
	for _, ratio := range ratios(medians(r.Closed)) {
		fmt.Fprintf(to, "%s, %d in flight: %.2f (wanted %s, %s)\n", ratio.What, ratio.InFlight, ratio.Value, ratio.Wanted, met(ratio.Met))
	}
	return nil
}

func met(yes bool) string {
	if yes {
		return "met"
	}
	return "NOT met"
}
