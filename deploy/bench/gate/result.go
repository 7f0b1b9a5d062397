package main

import (
	"fmt"

	"github.com/mintfax/mintfax/deploy/bench"
)

// Measurement is one variant under one load, once.
type Measurement struct {
	Variant   Variant            `json:"variant"`
	InFlight  int                `json:"in_flight,omitempty"`  // of the closed loop
	Rate      float64            `json:"rate,omitempty"`       // requests a second, of the open loop
	Offered   int                `json:"offered"`              // requests that were due
	Done      int                `json:"done"`                 // requests that were answered
	Dropped   int                `json:"dropped"`              // requests that were due while too many were in flight
	Wrong     int                `json:"wrong"`                // answers that were not 200, and lost ones
	PerSecond float64            `json:"requests_per_second"`  // answered 200
	P50       float64            `json:"p50_ms"`               // of the open loop, from when a request was due
	P99       float64            `json:"p99_ms"`               //
	CPU       map[string]float64 `json:"cpu_seconds_per_1000"` // by program
}

func (m Measurement) String() string {
	load := fmt.Sprintf("%d in flight", m.InFlight)
	if m.Rate > 0 {
		load = fmt.Sprintf("%.0f/s offered, %d dropped", m.Rate, m.Dropped)
	}
	return fmt.Sprintf("%-16s %s: %.0f/s, p50 %.2f ms, p99 %.2f ms, %d wrong", m.Variant, load, m.PerSecond, m.P50, m.P99, m.Wrong)
}

// Results is all that was measured.
type Results struct {
	Keys    int           `json:"keys"`
	Rounds  int           `json:"rounds"`
	Seconds float64       `json:"seconds"` // of each measurement
	Closed  []Measurement `json:"closed_loop"`
	Open    []Measurement `json:"open_loop"`
	Ratios  []Ratio       `json:"ratios,omitempty"`
}

// Ratio compares two medians.
type Ratio struct {
	What     string  `json:"what"`
	InFlight int     `json:"in_flight"`
	Value    float64 `json:"value"`
	Wanted   string  `json:"wanted"`
	Met      bool    `json:"met"`
}

// medians folds the rounds: for each load and variant, in the order of the first round, the median of each
// figure.
func medians(all []Measurement) []Measurement {
	type key struct {
		variant  Variant
		inFlight int
		rate     float64
	}
	var order []key
	groups := map[key][]Measurement{}
	for _, m := range all {
		k := key{m.Variant, m.InFlight, m.Rate}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], m)
	}
	var folded []Measurement
	for _, k := range order {
		group := groups[k]
		m := group[0]
		m.Offered, m.Done = bench.Median(group, func(m Measurement) int { return m.Offered }), bench.Median(group, func(m Measurement) int { return m.Done })
		m.Dropped, m.Wrong = bench.Median(group, func(m Measurement) int { return m.Dropped }), bench.Median(group, func(m Measurement) int { return m.Wrong })
		m.PerSecond = bench.Median(group, func(m Measurement) float64 { return m.PerSecond })
		m.P50 = bench.Median(group, func(m Measurement) float64 { return m.P50 })
		m.P99 = bench.Median(group, func(m Measurement) float64 { return m.P99 })
		m.CPU = map[string]float64{}
		for _, one := range group {
			for name := range one.CPU {
				m.CPU[name] = bench.Median(group, func(m Measurement) float64 { return m.CPU[name] })
			}
		}
		folded = append(folded, m)
	}
	return folded
}
