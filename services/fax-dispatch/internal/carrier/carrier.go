package carrier

import (
	"context"
	"errors"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// ErrNotPlaced means that a call was certainly not placed, and that it can be placed later or by another carrier.
var ErrNotPlaced = errors.New("the call was not placed")

// Carrier places fax calls.
type Carrier interface {
	// Name is the carrier's name in faxes and settings.
	Name() string
	// Send places the call of an attempt. The report says that the call is running, or how it ended, a final refusal included.
	// After an error other than ErrNotPlaced it is unknown whether the call was placed: Lookup has to find out. Any error may
	// also be an AccountError.
	Send(ctx context.Context, call Call) (Report, error)
	// Lookup queries the result of an attempt. It reports NeverPlaced only when that is certain. Without Placed.Ref it ignores
	// calls of the attempt that found no free channel: the attempt may have been placed again since.
	Lookup(ctx context.Context, placed Placed) (Report, error)
}

// Call is one attempt to deliver a fax.
type Call struct {
	AttemptID  string
	FaxID      string
	Number     int    // of the attempt, from 1
	To         string // E.164
	Pages      int
	CSID       string
	Resolution faxpage.Resolution
	Document   contract.StagedFile // the kept pages, a TIFF file
	Earlier    []string            // the carriers' failure codes of earlier attempts of the fax
}

// Placed is our record of an attempt that a carrier may have.
type Placed struct {
	AttemptID string
	Ref       string // the carrier's own id, empty when it never came
	To        string
	At        time.Time // when the carrier was last asked to place it
	Size      int64     // of the document, in bytes
}

// Report is a carrier's report of an attempt.
type Report struct {
	Knowledge Knowledge
	Outcome   fax.Outcome // when it is Ended
	Ref       string      // the carrier's own id, where it has one
}

// Knowledge is the state of an attempt at a carrier.
type Knowledge int

// The states.
const (
	Unknown Knowledge = iota // it may or may not have been placed
	NeverPlaced
	Running
	Ended
)

// End reports how an attempt ended.
func End(how fax.Outcome) Report { return Report{Knowledge: Ended, Outcome: how} }
