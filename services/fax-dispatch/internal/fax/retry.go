package fax

import (
	"time"

	"github.com/mintfax/mintfax/shared/contract"
)

// sandboxWait is short so that integration tests need not wait.
const sandboxWait = time.Second

// Retries are the operator's retry policies. Failures says which policy applies to which class.
type Retries struct {
	Busy        Policy
	NoAnswer    Policy
	LineQuality Policy
	CallDropped Policy
	Timeout     Policy
	// CarrierAway applies while no carrier accepts the call. The same attempt is offered again.
	CarrierAway Policy
}

// Try is an attempt that has ended.
type Try struct {
	Number      int           // from 1
	Max         int           // the sender's max_attempts
	Age         time.Duration // since the first attempt of the fax began; time in the queue does not count
	Environment contract.EnvironmentType
}

// After returns the step that follows a try and, for Retry, the delay until the next attempt.
func (r Retries) After(result Outcome, t Try) (Step, time.Duration) {
	if result.Delivered() {
		return Deliver(), 0
	}
	if !result.Retried() || t.Number >= t.Max {
		return Fail(), 0
	}
	wait, again := result.failure().Retry(r).Next(t.Number, t.Age)
	if !again {
		return Fail(), 0
	}
	if t.Environment == contract.Sandbox {
		wait = sandboxWait
	}
	return Retry(), wait
}
