package life

import (
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/outcome"
	"github.com/mintfax/mintfax/shared/contract"
)

// sandboxDelay is short so that a test of an integration need not wait.
const sandboxDelay = time.Second

// After is the step that follows attempt number of at most max.
func After(result outcome.Outcome, number, max int) Step {
	switch {
	case result.Delivered():
		return Deliver()
	case result.Retried() && number < max:
		return Retry()
	default:
		return Fail()
	}
}

// Delays are the waits between live attempts: the first after attempt 1, and so on. The last one
// serves for all that follow.
type Delays []time.Duration

// After is the wait between attempt number and the next one.
func (d Delays) After(number int, environment contract.EnvironmentType) time.Duration {
	if environment == contract.Sandbox || len(d) == 0 {
		return sandboxDelay
	}
	return d[min(number, len(d))-1]
}
