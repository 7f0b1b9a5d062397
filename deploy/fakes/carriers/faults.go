package carriers

import (
	"encoding/json"
	"net/http"
	"time"
)

// Faults are what goes wrong, each with a probability from 0 to 1.
type Faults struct {
	LostReplies  float64       `json:"lost_replies"`  // a call is placed, and its reply is lost
	LostRequests float64       `json:"lost_requests"` // the connection breaks, and no call is placed
	TooMany      float64       `json:"too_many"`      // 429, and no call is placed
	Broken       float64       `json:"broken"`        // 500, and no call is placed
	Account      float64       `json:"account"`       // the customer's account is refused, and no call is placed
	Duplicates   float64       `json:"duplicates"`    // an event comes twice
	Reorder      float64       `json:"reorder"`       // an event comes late, after later ones
	LostEvents   float64       `json:"lost_events"`   // an event never comes
	Slow         time.Duration `json:"slow"`          // before every answer, in nanoseconds
}

func (e *Exchange) currentFaults() Faults {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.faults
}

// injectFault has a request that would place a call meet its fault. It reports whether a call is to be placed, and whether
// the answer is to be lost.
func (e *Exchange) injectFault(w http.ResponseWriter, unpaid apiError) (place, lost bool) {
	faults := e.currentFaults()
	time.Sleep(faults.Slow)
	switch {
	case chance(faults.LostRequests):
		panic(http.ErrAbortHandler)
	case chance(faults.TooMany):
		apiError{http.StatusTooManyRequests, "10011", ""}.answer(w)
		return false, false
	case chance(faults.Broken):
		apiError{http.StatusInternalServerError, "10007", ""}.answer(w)
		return false, false
	case chance(faults.Account):
		unpaid.answer(w)
		return false, false
	}
	return true, chance(faults.LostReplies)
}

func (e *Exchange) registerControls(mux *http.ServeMux) {
	mux.HandleFunc("PUT /control/faults", func(w http.ResponseWriter, r *http.Request) {
		var faults Faults
		decoder := json.NewDecoder(r.Body)
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&faults); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		e.SetFaults(faults)
	})
	mux.HandleFunc("GET /control/calls", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, e.Calls())
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, "ok")
	})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that has left misses nothing
}
