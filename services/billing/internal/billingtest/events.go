package billingtest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/mintfax/mintfax/shared/contract"
)

// Secret is the signing secret of the fake's events.
const Secret = "whsec_current" // #nosec G101 -- opens nothing

// Event returns the JSON of an event about an object.
func Event(id, kind, object, objectID string) string {
	return fmt.Sprintf(`{"id":%q,"object":"event","api_version":"2017-01-01","type":%q,"livemode":false,"created":1,
		"data":{"object":{"id":%q,"object":%q,"payment_status":"paid","amount_total":1}}}`, id, kind, objectID, object)
}

// AddUndelivered makes Stripe list an event that no endpoint has accepted.
func (s *Stripe) AddUndelivered(id, kind, object, objectID string, created time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, Object{
		"id": id, "object": "event", "type": kind, "livemode": false, "created": created.Unix(),
		"data": Object{"object": Object{"id": objectID, "object": object}},
	})
}

// undelivered returns a page of undelivered events, newest first. Billing requests no other list of events.
func (s *Stripe) undelivered(r *http.Request) Object {
	types := r.URL.Query()["types[]"]
	for n := 0; r.FormValue(fmt.Sprintf("types[%d]", n)) != ""; n++ {
		types = append(types, r.FormValue(fmt.Sprintf("types[%d]", n)))
	}
	if r.FormValue("delivery_success") != "false" {
		return nil
	}
	found := []Object{}
	for _, e := range s.events {
		if kind, _ := e["type"].(string); slices.Contains(types, kind) {
			found = append(found, e)
		}
	}
	return pageOf(found, r)
}

// Signed returns the delivery of an event, signed now.
func Signed(body string) contract.StripeDelivery {
	at := time.Now().Unix()
	mac := hmac.New(sha256.New, []byte(Secret))
	fmt.Fprintf(mac, "%d.%s", at, body)
	return contract.StripeDelivery{Body: []byte(body), Signature: fmt.Sprintf("t=%d,v1=%s", at, hex.EncodeToString(mac.Sum(nil)))}
}
