package billingtest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/mintfax/mintfax/shared/contract"
)

// Secret is what the fake signs its events with.
const Secret = "whsec_current" // #nosec G101 -- opens nothing

// Event is an event about an object, as Stripe writes it.
func Event(id, kind, object, objectID string) string {
	return fmt.Sprintf(`{"id":%q,"object":"event","api_version":"2017-01-01","type":%q,"livemode":false,"created":1,
		"data":{"object":{"id":%q,"object":%q,"payment_status":"paid","amount_total":1}}}`, id, kind, objectID, object)
}

// Signed is the delivery of an event, signed now.
func Signed(body string) contract.StripeDelivery {
	at := time.Now().Unix()
	mac := hmac.New(sha256.New, []byte(Secret))
	fmt.Fprintf(mac, "%d.%s", at, body)
	return contract.StripeDelivery{Body: []byte(body), Signature: fmt.Sprintf("t=%d,v1=%s", at, hex.EncodeToString(mac.Sum(nil)))}
}
