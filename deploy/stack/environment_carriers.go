package stack

import (
	"crypto/ed25519"
	"encoding/base64"
	"strings"
)

// What a customer of the fakes is called, and the number it sends from.
const (
	fakeConnection = "1293384261075731499"
	fakeProject    = "mintfax"
	fakeKeyID      = "mintfax"
	fakeFrom       = "+12125550100"
)

// carriersEnv is what fax-dispatch needs to send by the fakes.
func carriersEnv(s *Settings) map[string]string {
	return map[string]string{
		"PUBLIC_URL":            s.PublicURL(),
		"TELNYX_API_URL":        s.FakesURL + "/v2",
		"TELNYX_API_KEY":        s.Secrets.TelnyxKey,
		"TELNYX_CONNECTION_ID":  fakeConnection,
		"TELNYX_FROM":           fakeFrom,
		"TELNYX_PUBLIC_KEY":     publicKey(s.Secrets.TelnyxSeed),
		"SINCH_API_URL":         s.FakesURL + "/v3",
		"SINCH_PROJECT_ID":      fakeProject,
		"SINCH_KEY_ID":          fakeKeyID,
		"SINCH_KEY_SECRET":      s.Secrets.SinchSecret,
		"SINCH_FROM":            fakeFrom,
		"SINCH_CALLBACK_SECRET": s.Secrets.SinchCallback,
	}
}

func fakesEnv(s *Settings, _ int) map[string]string {
	return map[string]string{
		"CARRIER_FAKES_ADDR":   strings.TrimPrefix(s.FakesURL, "http://"),
		"TELNYX_WEBHOOK_URL":   s.PublicURL() + "/carriers/telnyx/webhook",
		"TELNYX_SEED":          s.Secrets.TelnyxSeed,
		"TELNYX_API_KEY":       s.Secrets.TelnyxKey,
		"TELNYX_CONNECTION_ID": fakeConnection,
		"SINCH_PROJECT_ID":     fakeProject,
		"SINCH_KEY_ID":         fakeKeyID,
		"SINCH_KEY_SECRET":     s.Secrets.SinchSecret,
	}
}

// publicKey is that of the key with this seed, in base64; empty for no seed.
func publicKey(seed string) string {
	raw, err := base64.StdEncoding.DecodeString(seed)
	if err != nil || len(raw) != ed25519.SeedSize {
		return ""
	}
	public, _ := ed25519.NewKeyFromSeed(raw).Public().(ed25519.PublicKey)
	return base64.StdEncoding.EncodeToString(public)
}
