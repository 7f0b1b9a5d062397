package carrier

import (
	"context"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/outcome"
	"github.com/mintfax/mintfax/shared/contract"
)

// Carrier places fax calls. It must take the same attempt for the same call however often it is asked:
// an attempt is placed once.
type Carrier interface {
	// Name is how faxes and settings name the carrier.
	Name() string
	// Send places the call of an attempt and waits for its end. An error means that the end is not
	// known; whether the call was placed is then a question for Lookup.
	Send(ctx context.Context, call Call) (outcome.Outcome, error)
	// Lookup asks what became of an attempt. The outcome is set when it is Ended.
	Lookup(ctx context.Context, attemptID string) (outcome.Outcome, Knowledge, error)
}

// Call is one attempt to deliver a fax.
type Call struct {
	AttemptID string
	FaxID     string
	Number    int    // of the attempt, from 1
	To        string // E.164
	Pages     int
	CSID      string
	Documents []contract.StagedFile // kept documents, in order
}

// Knowledge is what a carrier knows of an attempt.
type Knowledge int

// What a carrier can know.
const (
	Unknown Knowledge = iota // it may have been placed, and nobody can tell
	NeverPlaced
	Running
	Ended
)
