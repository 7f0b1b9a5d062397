package till

import (
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/events"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/object"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/state"
)

// Till is where money comes in and goes out.
type Till struct {
	state     *state.State
	events    *events.Log
	now       func() time.Time
	publicURL string
}

// New returns a till whose receipts are under publicURL.
func New(st *state.State, log *events.Log, now func() time.Time, publicURL string) *Till {
	return &Till{state: st, events: log, now: now, publicURL: publicURL}
}

func (t *Till) emit(kind string, about any, livemode bool, cause *object.EventRequest) {
	t.tell(kind, about, livemode, cause, nil)
}

// tell is emit for what has changed from something.
func (t *Till) tell(kind string, about any, livemode bool, cause *object.EventRequest, previous map[string]any) {
	t.events.Emit(events.News{Type: kind, Object: about, Livemode: livemode, Request: cause, Previous: previous})
}
