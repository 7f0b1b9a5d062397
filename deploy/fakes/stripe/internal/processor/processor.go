package processor

import (
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/events"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/object"
)

// Processor is where money comes in and goes out.
type Processor struct {
	state     *State
	events    *events.Log
	now       func() time.Time
	publicURL string
}

// New returns a processor whose receipts are under publicURL.
func New(st *State, log *events.Log, now func() time.Time, publicURL string) *Processor {
	return &Processor{state: st, events: log, now: now, publicURL: publicURL}
}

func (p *Processor) emit(kind string, about any, livemode bool, cause *object.EventRequest) {
	p.emitUpdate(kind, about, livemode, cause, nil)
}

// emitUpdate is emit for what has changed from something.
func (p *Processor) emitUpdate(kind string, about any, livemode bool, cause *object.EventRequest, previous map[string]any) {
	p.events.Emit(events.Emission{Type: kind, Object: about, Livemode: livemode, Request: cause, Previous: previous})
}
