package telnyx

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
)

// signatureAge is how far the time of a signature may be off, as in Telnyx' own libraries.
const signatureAge = 5 * time.Minute

// Receive implements carrier.Receiver. An event is signed with Ed25519 over its time, a bar and the body.
func (c *Carrier) Receive(_ context.Context, delivery carrier.Delivery) (carrier.Update, error) {
	if !c.signed(delivery, time.Now()) {
		return carrier.Update{}, carrier.ErrForged
	}
	payload, ok := payloadOf(delivery.Body)
	if !ok {
		return carrier.Update{}, carrier.ErrForged
	}
	return carrier.Update{AttemptID: payload.attempt(), Report: payload.report()}, nil
}

func (c *Carrier) signed(delivery carrier.Delivery, now time.Time) bool {
	at := delivery.Headers["Telnyx-Timestamp"]
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > signatureAge {
		return false
	}
	signature, err := base64.StdEncoding.DecodeString(delivery.Headers["Telnyx-Signature-Ed25519"])
	if err != nil || len(c.cfg.PublicKey) != ed25519.PublicKeySize {
		return false
	}
	return ed25519.Verify(c.cfg.PublicKey, append([]byte(at+"|"), delivery.Body...), signature)
}

// payloadOf reads an event in either of its documented forms: in an envelope named data, or bare.
func payloadOf(body []byte) (faxResource, bool) {
	type event struct {
		Payload *faxResource `json:"payload"`
	}
	var decoded struct {
		Data *event `json:"data"`
		event
	}
	if json.Unmarshal(body, &decoded) != nil {
		return faxResource{}, false
	}
	if decoded.Data != nil {
		decoded.event = *decoded.Data
	}
	if decoded.Payload == nil {
		return faxResource{}, false
	}
	return *decoded.Payload, true
}
