package main

import "fmt"

// ratios are what the gateway promises, in medians.
func ratios(closed []Measurement) []Ratio {
	var all []Ratio
	for _, wanted := range []struct {
		inFlight int
		atLeast  float64
	}{{256, 2.0}, {64, 1.3}, {16, 0.8}} {
		gateway, ok1 := find(closed, Gateway, wanted.inFlight)
		monolith, ok2 := find(closed, Monolith, wanted.inFlight)
		if !ok1 || !ok2 {
			continue
		}
		value := gateway.PerSecond / monolith.PerSecond
		all = append(all, Ratio{
			What: "gateway / monolith, requests per second", InFlight: wanted.inFlight, Value: value,
			Wanted: fmt.Sprintf(">= %.1f", wanted.atLeast), Met: value >= wanted.atLeast,
		})
	}
	gateway, ok1 := find(closed, Gateway, 1)
	single, ok2 := find(closed, SingleRPC, 1)
	if ok1 && ok2 {
		value := gateway.P50 / single.P50
		all = append(all, Ratio{What: "gateway / single-rpc, p50", InFlight: 1, Value: value, Wanted: "<= 1.1", Met: value <= 1.1})
	}
	for _, inFlight := range []int{1, 16, 64, 256} {
		refused, ok1 := find(closed, BadChecksum, inFlight)
		accepted, ok2 := find(closed, Gateway, inFlight)
		if ok1 && ok2 {
			value := refused.PerSecond / accepted.PerSecond
			all = append(all, Ratio{
				What: "bad checksums refused / good keys answered, per second", InFlight: inFlight, Value: value, Wanted: ">= 5", Met: value >= 5,
			})
		}
	}
	return all
}

func find(all []Measurement, variant Variant, inFlight int) (Measurement, bool) {
	for _, m := range all {
		if m.Variant == variant && m.InFlight == inFlight {
			return m, true
		}
	}
	return Measurement{}, false
}
