package carriers

import (
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/mintfax/mintfax/shared/ids"
)

// Config is what an exchange needs to know.
type Config struct {
	Telnyx        TelnyxAccount
	Sinch         SinchAccount
	TelnyxWebhook string             // where Telnyx sends its webhooks
	TelnyxKey     ed25519.PrivateKey // signs that
	CallTime      time.Duration      // how long a call takes
	Log           *slog.Logger
}

// TelnyxAccount is the one customer of Telnyx.
type TelnyxAccount struct{ APIKey, ConnectionID string }

// SinchAccount is the one customer of Sinch.
type SinchAccount struct{ ProjectID, KeyID, KeySecret string }

// Exchange is where both carriers place their calls. It forgets them at its end.
type Exchange struct {
	cfg    Config
	client *http.Client

	mu     sync.Mutex
	faults Faults
	calls  []*Call
}

// New returns an exchange without faults.
func New(cfg Config) *Exchange {
	return &Exchange{cfg: cfg, client: &http.Client{Timeout: 10 * time.Second}}
}

// SetFaults sets what goes wrong from now on.
func (e *Exchange) SetFaults(faults Faults) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults = faults
}

// Calls returns a copy of every call that was placed.
func (e *Exchange) Calls() []Call {
	e.mu.Lock()
	defer e.mu.Unlock()
	calls := make([]Call, 0, len(e.calls))
	for _, c := range e.calls {
		calls = append(calls, *c)
	}
	return calls
}

// Handler answers both APIs, the controls, and whether the program is there.
func (e *Exchange) Handler() http.Handler {
	mux := http.NewServeMux()
	e.registerTelnyx(mux)
	e.registerSinch(mux)
	e.registerControls(mux)
	return mux
}

// Call is a call that was placed.
type Call struct {
	ID        string    `json:"id"`
	Carrier   string    `json:"carrier"`
	To        string    `json:"to"`
	Attempt   string    `json:"attempt"` // what the customer calls it
	Size      int       `json:"size"`    // bytes of its document
	T38       bool      `json:"t38"`     // whether it may go as T.38
	Failure   string    `json:"failure"` // the carrier's word; empty for a delivery
	CreatedAt time.Time `json:"created_at"`
	EndsAt    time.Time `json:"ends_at"`

	callback string
}

func (c *Call) ended() bool { return !time.Now().Before(c.EndsAt) }

// place begins a call, and notifies the customer of its start and its end.
func (e *Exchange) place(call *Call, tell func(call *Call, status string)) {
	e.mu.Lock()
	call.ID = ids.Base62(22)
	call.CreatedAt = time.Now()
	call.EndsAt = call.CreatedAt.Add(e.cfg.CallTime)
	call.Failure = e.plannedStatus(call)
	e.calls = append(e.calls, call)
	e.mu.Unlock()
	go func() {
		tell(call, "queued")
		time.Sleep(time.Until(call.EndsAt))
		end := "delivered"
		if call.Failure != "" {
			end = "failed"
		}
		tell(call, end)
	}()
}

// plannedStatus is how a call ends: as the last two digits of a fictional number, +1 NXX 555 01ss, say.
func (e *Exchange) plannedStatus(call *Call) string {
	if len(call.To) != len("+12125550100") || call.To[5:10] != "55501" {
		return ""
	}
	earlier := 0
	for _, c := range e.calls {
		if c.To == call.To {
			earlier++
		}
	}
	words := map[string][2]string{ // of Telnyx, of Sinch
		"02": {"user_busy", "CALL_ERROR 17"}, "03": {"receiver_no_answer", "CALL_ERROR 16"},
		"05": {"fax_signaling_error", "FAX_ERROR 28"}, "08": {"receiver_unallocated_number", "CALL_ERROR 34"},
		"09": {"outbound_profile_daily_spend_limit_exceeded", "FAX_ERROR 46"}, // of the customer's account
	}
	if earlier == 0 {
		words["04"] = [2]string{"fax_signaling_error", "FAX_ERROR 28"}
	}
	if call.T38 {
		words["06"] = [2]string{"invalid_ecm_response_from_receiver", ""}
	}
	word := words[call.To[10:]]
	if call.Carrier == sinch {
		return word[1]
	}
	return word[0]
}

// find returns calls of a carrier, a copy of each.
func (e *Exchange) find(carrier string, wanted func(*Call) bool) []Call {
	e.mu.Lock()
	defer e.mu.Unlock()
	var found []Call
	for _, c := range e.calls {
		if c.Carrier == carrier && wanted(c) {
			found = append(found, *c)
		}
	}
	return found
}

// notify posts an event until it is acknowledged, duplicated and delayed as the faults say.
func (e *Exchange) notify(what string, post func() (*http.Request, error)) {
	faults := e.currentFaults()
	times := 1
	if chance(faults.Duplicates) {
		times = 2
	}
	for range times {
		if chance(faults.Reorder) {
			time.Sleep(time.Duration(rand.Float64() * float64(time.Second))) //nolint:gosec // nobody guesses
		}
		if chance(faults.LostEvents) {
			continue
		}
		for range deliveries {
			request, err := post()
			if err != nil {
				e.cfg.Log.Error("an event could not be made", "event", what, "error", err)
				return
			}
			response, err := e.client.Do(request)
			if err == nil {
				response.Body.Close()
				if response.StatusCode < 300 {
					break
				}
				err = fmt.Errorf("answered %d", response.StatusCode)
			}
			e.cfg.Log.Debug("an event was not taken", "event", what, "error", err)
			time.Sleep(time.Second)
		}
	}
}

const deliveries = 5

func chance(p float64) bool { return rand.Float64() < p } //nolint:gosec // nobody guesses
