package fax

import (
	"time"

	"github.com/mintfax/mintfax/shared/contract"
)

// sandboxWait is short so that a test of an integration need not wait.
const sandboxWait = time.Second

// Retries are the policies of the failures that are tried again. All others end the fax.
type Retries struct {
	Busy        Policy
	NoAnswer    Policy
	LineQuality Policy
	CallDropped Policy
	Timeout     Policy
	// CarrierAway is for calls that no carrier takes. They are tried again within the same attempt.
	CarrierAway Policy
}

// Try is an attempt that has ended.
type Try struct {
	Number      int           // from 1
	Max         int           // how many attempts the sender wants at most
	Age         time.Duration // since the first attempt of the fax began: what a fax waits for its turn does not count
	Environment contract.EnvironmentType
}

// After is the step that follows a try, and for Retry how long after it the next attempt is due.
func (r Retries) After(result Outcome, t Try) (Step, time.Duration) {
	if result.Delivered() {
		return Deliver(), 0
	}
	policy, retried := r.of(result.Code)
	if !retried || t.Number >= t.Max {
		return Fail(), 0
	}
	wait, again := policy.Next(t.Number, t.Age)
	if !again {
		return Fail(), 0
	}
	if t.Environment == contract.Sandbox {
		wait = sandboxWait
	}
	return Retry(), wait
}

func (r Retries) of(code Code) (Policy, bool) {
	switch code {
	case Busy:
		return r.Busy, true
	case NoAnswer:
		return r.NoAnswer, true
	case LineQuality:
		return r.LineQuality, true
	case CallDropped:
		return r.CallDropped, true
	case Timeout:
		return r.Timeout, true
	default:
		return Policy{}, false
	}
}
