package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
)

// The whole service over a real broker: the gateway's calls and the published events.
func TestTheServiceOverTheBroker(t *testing.T) {
	env := billingtest.New(t)
	broker := bustest.VHost(t)
	setEnvironment(t, map[string]string{
		"DATABASE_URL": env.Database.URL("billing"), "AMQP_URL": broker, "INTERNAL_ADDR": "127.0.0.1:0",
		"STRIPE_SECRET_KEY": billingtest.Key, "STRIPE_API_URL": env.Stripe.URL(),
	})
	bustest.Serve(t, Run)
	client, err := bus.NewClient(bustest.Dial(t, broker))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		packages, err := bus.Call(t.Context(), client, contract.ListPackages, contract.None{})
		return err == nil && len(packages.Data) == 3
	}, 30*time.Second, 50*time.Millisecond)

	account := env.Account(t)
	opened := ask(t, client, contract.CreateCheckout, contract.CreateCheckoutRequest{AccountID: account, Name: "Ada", Email: "ada@example.com", PackageID: "starter"})
	outcome := ask(t, client, contract.FulfilCheckout, contract.FulfilCheckoutRequest{SessionID: opened.ID})
	require.Equal(t, contract.CheckoutOpen, outcome.State)
	env.Stripe.Pay(opened.ID)
	ask(t, client, contract.ReceiveStripe, signedEvent(opened.ID))
	outcome = ask(t, client, contract.FulfilCheckout, contract.FulfilCheckoutRequest{SessionID: opened.ID})
	require.Equal(t, contract.CheckoutComplete, outcome.State)
	require.EqualValues(t, 1000, outcome.Payment.Credits)
	payments := ask(t, client, contract.ListPayments, contract.ListOwnedRequest{AccountID: account, Page: contract.Page{Limit: 20}})
	require.Equal(t, []contract.Payment{*outcome.Payment}, payments.Data)
	require.Equal(t, "4242", ask(t, client, contract.GetCard, contract.GetAccountRequest{AccountID: account}).Card.Last4)
	ask(t, client, contract.CreateSetup, contract.CreateSetupRequest{AccountID: account, Name: "Ada", Email: "ada@example.com"})
	topUp := ask(t, client, contract.CreateTopUp, contract.CreateTopUpRequest{AccountID: account, PackageID: "growth"})
	require.EqualValues(t, 5000, topUp.Credits)
	ask(t, client, contract.RemoveCard, contract.GetAccountRequest{AccountID: account})
	require.Nil(t, ask(t, client, contract.GetCard, contract.GetAccountRequest{AccountID: account}).Card)
	require.Eventually(t, func() bool { return env.Count(t, `billing.outbox`) == 0 }, 20*time.Second, 50*time.Millisecond, "the events are published")
}

func ask[Req, Resp any](t *testing.T, client *bus.Client, method contract.Method[Req, Resp], request Req) Resp {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	reply, err := bus.Call(ctx, client, method, request)
	require.NoError(t, err)
	return reply
}

func signedEvent(session string) contract.StripeDelivery {
	body := fmt.Sprintf(`{"id":"evt_1","type":"checkout.session.completed","livemode":false,"data":{"object":{"id":%q,"object":"checkout.session"}}}`, session)
	at := time.Now().Unix()
	mac := hmac.New(sha256.New, []byte("whsec_2"))
	fmt.Fprintf(mac, "%d.%s", at, body)
	return contract.StripeDelivery{Body: []byte(body), Signature: fmt.Sprintf("t=%d,v1=%s", at, hex.EncodeToString(mac.Sum(nil)))}
}
