package life

import (
	"math/rand/v2"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/outcome"
	"github.com/mintfax/mintfax/shared/contract"
)

// Policy is how a failure is tried again.
type Policy struct {
	Code outcome.Code
	// Attempts is how many a fax has at most when it fails so, whatever its sender has asked for.
	Attempts int
	// Stretch multiplies the wait before the next attempt.
	Stretch int
}

// Policies lists the failures that are tried again. All others end the fax.
func Policies() []Policy {
	return []Policy{
		{outcome.Busy, 5, 1},
		{outcome.NoAnswer, 5, 2}, // whoever is away is away for longer
		{outcome.LineQuality, 5, 1},
		{outcome.Timeout, 3, 2}, // each takes the time of a whole call
		{outcome.CallDropped, 5, 1},
	}
}

const (
	// sandboxDelay is short so that a test of an integration need not wait.
	sandboxDelay = time.Second
	// Deadline is how long after its acceptance a fax is tried again.
	Deadline = 4 * time.Hour
	// jitter is by how much a wait is longer, at most, so that faxes that failed together do not come together.
	jitter = 0.2
)

// After is the step that follows attempt number of at most max, of a fax that was accepted so long ago.
func After(result outcome.Outcome, number, max int, age time.Duration) Step {
	if result.Delivered() {
		return Deliver()
	}
	policy, retried := policyOf(result)
	if retried && number < min(max, policy.Attempts) && age < Deadline {
		return Retry()
	}
	return Fail()
}

func policyOf(result outcome.Outcome) (Policy, bool) {
	for _, p := range Policies() {
		if p.Code == result.Code {
			return p, true
		}
	}
	return Policy{}, false
}

// Delays are the waits between live attempts: the first after attempt 1, and so on. The last one
// serves for all that follow.
type Delays []time.Duration

// After is the wait between attempt number, which ended so, and the next one.
func (d Delays) After(result outcome.Outcome, number int, environment contract.EnvironmentType) time.Duration {
	if environment == contract.Sandbox || len(d) == 0 {
		return sandboxDelay
	}
	wait := d[min(number, len(d))-1]
	if policy, retried := policyOf(result); retried {
		wait *= time.Duration(policy.Stretch)
	}
	return wait + time.Duration(rand.Float64()*jitter*float64(wait)) //nolint:gosec // nobody gains from guessing it
}
