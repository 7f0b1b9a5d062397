package scenario

import "github.com/mintfax/mintfax/services/fax-dispatch/internal/outcome"

// Plan is how attempt number ends in a scenario. Unlisted scenarios deliver, and so do 1 and 7: the
// three pages of 7 are a matter of its price.
func Plan(scenario string, number int) outcome.Outcome {
	switch scenario {
	case "02":
		return outcome.Failed(outcome.Busy, "user_busy")
	case "03":
		return outcome.Failed(outcome.NoAnswer, "ring_timeout")
	case "04":
		if number == 1 {
			return outcome.Failed(outcome.LineQuality, "training_failed")
		}
	case "05":
		return outcome.Failed(outcome.LineQuality, "retrain_limit")
	case "08":
		return outcome.Failed(outcome.InvalidNumber, "unallocated_number")
	}
	return outcome.Outcome{}
}
