package telnyx

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
)

var key = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{3}, 32))

func signed(body string, at time.Time) carrier.Delivery {
	stamp := strconv.FormatInt(at.Unix(), 10)
	return carrier.Delivery{Body: []byte(body), Headers: map[string]string{
		"Telnyx-Timestamp":         stamp,
		"Telnyx-Signature-Ed25519": base64.StdEncoding.EncodeToString(ed25519.Sign(key, []byte(stamp+"|"+body))),
	}}
}

func receiver(t *testing.T) *Carrier {
	t.Helper()
	public, ok := key.Public().(ed25519.PublicKey)
	require.True(t, ok)
	return New(Config{PublicKey: public}, nil)
}

const event = `{"event_type":"fax.failed","id":"1","payload":{"fax_id":"f1","status":"failed","failure_reason":"user_busy","client_state":"YXR0XzE="}}`

func TestEventsAreReadInBothForms(t *testing.T) {
	for _, body := range []string{event, `{"data":` + event + `,"meta":{"attempt":1}}`} {
		update, err := receiver(t).Receive(t.Context(), signed(body, time.Now()))
		require.NoError(t, err)
		require.Equal(t, carrier.Update{AttemptID: "att_1", Report: carrier.Report{Knowledge: carrier.Ended, Outcome: fax.Failed(fax.Busy, "user_busy"), Ref: "f1"}}, update)
	}
	update, err := receiver(t).Receive(t.Context(), signed(`{"data":{"payload":{"fax_id":"f1","status":"sending.started","client_state":"no base64"}}}`, time.Now()))
	require.NoError(t, err)
	require.Equal(t, carrier.Update{Report: carrier.Report{Knowledge: carrier.Running, Ref: "f1"}}, update)
}

func TestEventsWithoutAFreshSignatureAreRefused(t *testing.T) {
	now := time.Now()
	changed := signed(event, now)
	changed.Body = []byte(event + " ")
	other := signed(event, now)
	other.Headers["Telnyx-Timestamp"] = strconv.FormatInt(now.Unix()+1, 10)
	for name, delivery := range map[string]carrier.Delivery{
		"nothing":         {},
		"no signature":    {Body: []byte(event)},
		"another body":    changed,
		"another time":    other,
		"old":             signed(event, now.Add(-6*time.Minute)),
		"of the future":   signed(event, now.Add(6*time.Minute)),
		"no event":        signed(`{}`, now),
		"no JSON":         signed(`event`, now),
		"another's shape": signed(`{"data":[]}`, now),
	} {
		_, err := receiver(t).Receive(t.Context(), delivery)
		require.ErrorIs(t, err, carrier.ErrForged, name)
	}
	_, err := New(Config{}, nil).Receive(t.Context(), signed(event, now))
	require.ErrorIs(t, err, carrier.ErrForged, "without a key nothing is believed")
}

func FuzzEventsNeverBreakTheReader(f *testing.F) {
	f.Add([]byte(event))
	f.Add([]byte(`{"data":` + event + `}`))
	f.Add([]byte(`{"payload":null,"data":{"payload":{}}}`))
	f.Fuzz(func(_ *testing.T, body []byte) {
		if payload, ok := payloadOf(body); ok {
			payload.attempt()
			payload.report()
		}
	})
}
