package controls

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/checkout"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/events"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/faults"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/requests"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/state"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/till"
)

const maxBody = 8 << 20

// Controls answers without authentication: whoever reaches the emulator may do everything.
type Controls struct {
	State    *state.State
	Events   *events.Log
	Desk     *checkout.Desk
	Till     *till.Till
	Faults   *faults.List
	Requests *requests.Log
	// Here is the emulator's own address, where a session leads that says nothing else.
	Here string
	Now  func() time.Time
}

var errUnknown = errors.New("there is no such object")

// Register adds the controls to mux.
func (c *Controls) Register(mux *http.ServeMux) {
	for pattern, do := range map[string]func(*http.Request) (any, error){
		"GET /_emulator/delivery":                   c.getDelivery,
		"PUT /_emulator/delivery":                   c.setDelivery,
		"POST /_emulator/delivery/release":          c.release,
		"GET /_emulator/events":                     c.listEvents,
		"POST /_emulator/events":                    c.craft,
		"POST /_emulator/events/{id}/resend":        c.resend,
		"POST /_emulator/sessions":                  c.newSession,
		"PATCH /_emulator/sessions/{id}":            c.patchSession,
		"POST /_emulator/sessions/{id}/expire":      c.expireSession,
		"POST /_emulator/sessions/{id}/pay_by_bank": c.payByBank,
		"POST /_emulator/sessions/{id}/settle":      c.settleSession,
		"GET /_emulator/charges":                    c.listCharges,
		"POST /_emulator/disputes":                  c.openDispute,
		"POST /_emulator/disputes/{id}/close":       c.closeDispute,
		"POST /_emulator/refunds":                   c.refund,
		"POST /_emulator/refunds/{id}/settle":       c.settleRefund,
		"GET /_emulator/faults":                     c.listFaults,
		"POST /_emulator/faults":                    c.addFault,
		"DELETE /_emulator/faults":                  c.clearFaults,
		"GET /_emulator/requests":                   c.countRequests,
		"GET /_emulator/requests/latest":            c.latestRequests,
		"DELETE /_emulator/requests":                c.clearRequests,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
			result, err := do(r)
			answer(w, result, err)
		})
	}
}

// answer says 200, or 404 for an unknown object, or 400.
func answer(w http.ResponseWriter, result any, err error) {
	status := http.StatusOK
	if err != nil {
		status, result = http.StatusBadRequest, map[string]string{"error": err.Error()}
	}
	if errors.Is(err, errUnknown) || errors.Is(err, events.ErrUnknown) {
		status = http.StatusNotFound
	}
	body, err := json.MarshalIndent(result, "", "  ")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // a test that has gone needs no answer
}

// read refuses unknown fields, so that a typing error does not pass for a control.
func read(r *http.Request, into any) error {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}
