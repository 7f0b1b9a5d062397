package processor

import (
	"time"
)

// Processor is where money comes in and goes out.
type Processor struct {
	state     *State
	events    *Log
	now       func() time.Time
	publicURL string
}

// New returns a processor whose receipts are under publicURL.
func New(st *State, log *Log, now func() time.Time, publicURL string) *Processor {
	return &Processor{state: st, events: log, now: now, publicURL: publicURL}
}

func (p *Processor) emit(kind string, about any, livemode bool, cause *EventRequest) {
	p.emitUpdate(kind, about, livemode, cause, nil)
}

// emitUpdate is emit for what has changed from something.
func (p *Processor) emitUpdate(kind string, about any, livemode bool, cause *EventRequest, previous map[string]any) {
	p.events.Emit(Emission{Type: kind, Object: about, Livemode: livemode, Request: cause, Previous: previous})
}
