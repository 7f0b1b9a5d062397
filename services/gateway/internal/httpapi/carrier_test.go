package httpapi_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestCarrierCallbackIsPassedOnUnchanged(t *testing.T) {
	g := setup(t)
	var delivered contract.CarrierDelivery
	bustest.Answer(g.services, contract.ReceiveCarrier, func(_ context.Context, d contract.CarrierDelivery) (contract.None, error) {
		delivered = d
		return contract.None{}, nil
	})
	body := "{\"event\" :\n1, \"no JSON"
	got := g.do(t, "POST", "/carriers/telnyx/webhook", "", body,
		"Telnyx-Signature-Ed25519", "c2ln", "Telnyx-Timestamp", "17", "Cookie", "of nobody's business")
	require.Equal(t, http.StatusOK, got.Code, "%s", got.Body)
	require.Equal(t, contract.CarrierDelivery{
		Carrier: "telnyx", Body: []byte(body), Headers: map[string]string{"Telnyx-Signature-Ed25519": "c2ln", "Telnyx-Timestamp": "17"},
	}, delivered)

	password := "Basic " + base64.StdEncoding.EncodeToString([]byte("mintfax:the secret"))
	got = g.do(t, "POST", "/carriers/sinch/webhook?secret=no", "", `{}`, "Authorization", password)
	require.Equal(t, http.StatusOK, got.Code, "%s", got.Body)
	require.Equal(t, "the secret", delivered.Secret)
	require.Empty(t, delivered.Headers)
}

func TestDocumentInACarrierCallbackIsNotPassedOn(t *testing.T) {
	g := setup(t)
	passed := 0
	bustest.Answer(g.services, contract.ReceiveCarrier, func(_ context.Context, d contract.CarrierDelivery) (contract.None, error) {
		passed = len(d.Body)
		return contract.None{}, nil
	})
	got := g.send(t, "POST", "/carriers/sinch/webhook", "", "application/json", bytes.Repeat([]byte("A"), 3<<20))
	require.Equal(t, http.StatusOK, got.Code, "%s", got.Body)
	require.Equal(t, 256<<10, passed)
	got = g.send(t, "POST", "/carriers/sinch/webhook", "", "application/json", bytes.Repeat([]byte("A"), 33<<20))
	require.Equal(t, "payload_too_large", got.Error)
}

// Every callback reaches fax-dispatch, so forged ones are limited.
func TestForgedCallbacksAreChargedToTheAddress(t *testing.T) {
	for path, refusal := range map[string]apierror.Code{
		"/carriers/telnyx/webhook": apierror.MalformedRequest, "/carriers/pigeon/webhook": apierror.NotFound,
	} {
		g := setup(t)
		asked := 0
		bustest.Answer(g.services, contract.ReceiveCarrier, func(context.Context, contract.CarrierDelivery) (contract.None, error) {
			asked++
			return contract.None{}, apierror.New(refusal)
		})
		first := g.do(t, "POST", path, "", `{}`)
		require.Equal(t, string(refusal), first.Error)
		before := first.Header().Get("X-RateLimit-Remaining")
		second := g.do(t, "POST", path, "", `{}`)
		require.NotEqual(t, before, second.Header().Get("X-RateLimit-Remaining"), path)
		require.Equal(t, 2, asked)
	}
}

func TestCallbackSecretIsNotLogged(t *testing.T) {
	g := setup(t)
	bustest.Answer(g.services, contract.ReceiveCarrier, func(context.Context, contract.CarrierDelivery) (contract.None, error) {
		return contract.None{}, apierror.New(apierror.ServiceUnavailable)
	})
	const secret = "a-secret-of-the-callback"
	password := base64.StdEncoding.EncodeToString([]byte("mintfax:" + secret))
	got := g.do(t, "POST", "/carriers/sinch/webhook?secret="+secret, "", `{}`, "Authorization", "Basic "+password)
	require.Equal(t, http.StatusServiceUnavailable, got.Code)
	logged := g.log.String()
	require.Contains(t, logged, "/carriers/:carrier/webhook", "the request is logged")
	for _, kept := range []string{secret, password} {
		require.False(t, strings.Contains(logged, kept) || strings.Contains(got.Body.String(), kept))
	}
}
