package stripe

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/api"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

const maxControlBody = 8 << 20

// controlAPI serves the control endpoints, without authentication: it is for tests only.
type controlAPI struct {
	state     *processor.State
	events    *processor.Log
	sessions  *processor.Sessions
	processor *processor.Processor
	faults    *api.Faults
	requests  *api.Log
	// publicURL is the emulator's own address, where a session leads that says nothing else.
	publicURL string
	now       func() time.Time
}

var errUnknown = errors.New("there is no such object")

// register adds the controls to mux.
func (c *controlAPI) register(mux *http.ServeMux) {
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
			r.Body = http.MaxBytesReader(w, r.Body, maxControlBody)
			result, err := do(r)
			writeControl(w, result, err)
		})
	}
}

// writeControl says 200, or 404 for an unknown object, or 400.
func writeControl(w http.ResponseWriter, result any, err error) {
	status := http.StatusOK
	if err != nil {
		status, result = http.StatusBadRequest, map[string]string{"error": err.Error()}
	}
	if errors.Is(err, errUnknown) || errors.Is(err, processor.ErrUnknown) {
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

// readControl refuses unknown fields, so that a typing error does not pass for a control.
func readControl(r *http.Request, into any) error {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}
