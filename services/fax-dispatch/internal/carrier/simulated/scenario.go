package simulated

import "github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"

// plan returns how an attempt ends in a scenario. Unlisted scenarios deliver, and so do 01 and 07, whose three pages only concern
// the price.
func plan(scenario string, number int) fax.Outcome {
	switch scenario {
	case "02":
		return fax.Failed(fax.Busy, "user_busy")
	case "03":
		return fax.Failed(fax.NoAnswer, "ring_timeout")
	case "04":
		if number == 1 {
			return fax.Failed(fax.LineQuality, "training_failed")
		}
	case "05":
		return fax.Failed(fax.LineQuality, "retrain_limit")
	case "08":
		return fax.Failed(fax.InvalidNumber, "unallocated_number")
	}
	return fax.Outcome{}
}
