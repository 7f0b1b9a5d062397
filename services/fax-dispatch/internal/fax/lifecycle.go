package fax

import "github.com/mintfax/mintfax/shared/contract"

// Statuses of a submission that is not yet, or will never be, a fax to its sender.
const (
	Accepting contract.FaxStatus = "accepting"
	Abandoned contract.FaxStatus = "abandoned"
)

// Step is one allowed change of status.
type Step struct {
	From []contract.FaxStatus
	To   contract.FaxStatus
}

// The lifecycle. An abandoned submission is deleted once its hold is undone.
//
//	accepting ──Accept──► queued ──Submit──► submitted ──Progress──► in_progress
//	    │                  │  ▲                  │                        │
//	 Abandon            Cancel└──────Retry───────┴────────────────────────┤
//	    ▼                  ▼                     │                        │
//	abandoned          canceled                  └───Deliver, Fail────────┴──► delivered, failed

// Accept makes a submission a fax: its hold is placed.
func Accept() Step { return step(contract.FaxStatusQueued, Accepting) }

// Abandon gives a submission up, so that nothing can accept it while its hold is undone.
func Abandon() Step { return step(Abandoned, Accepting) }

// Submit begins an attempt.
func Submit() Step { return step(contract.FaxStatusSubmitted, contract.FaxStatusQueued) }

// Progress says that the carrier has the call.
func Progress() Step { return step(contract.FaxStatusInProgress, contract.FaxStatusSubmitted) }

// Retry puts a fax back between two attempts.
func Retry() Step { return step(contract.FaxStatusQueued, sending()...) }

// Deliver ends a fax as delivered.
func Deliver() Step { return step(contract.FaxStatusDelivered, sending()...) }

// Cancel ends a fax at its sender's request, before an attempt or between two.
func Cancel() Step { return step(contract.FaxStatusCanceled, contract.FaxStatusQueued) }

// Fail ends a fax as failed.
func Fail() Step { return step(contract.FaxStatusFailed, sending()...) }

// Steps lists every step.
func Steps() []Step {
	return []Step{Accept(), Abandon(), Submit(), Progress(), Retry(), Deliver(), Fail(), Cancel()}
}

// sending includes submitted: a dispatcher may stop before it has recorded that the carrier has the call.
func sending() []contract.FaxStatus {
	return []contract.FaxStatus{contract.FaxStatusSubmitted, contract.FaxStatusInProgress}
}

func step(to contract.FaxStatus, from ...contract.FaxStatus) Step {
	return Step{From: from, To: to}
}
