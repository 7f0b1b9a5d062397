package stripe

import (
	"context"
	"time"

	"github.com/stripe/stripe-go/v76"
)

// The modes and statuses of a Checkout Session, and the metadata keys that billing sets.
const (
	ModePayment      = string(stripe.CheckoutSessionModePayment)
	ModeSetup        = string(stripe.CheckoutSessionModeSetup)
	StatusOpen       = string(stripe.CheckoutSessionStatusOpen)
	StatusComplete   = string(stripe.CheckoutSessionStatusComplete)
	StatusExpired    = string(stripe.CheckoutSessionStatusExpired)
	PaymentPaid      = string(stripe.CheckoutSessionPaymentStatusPaid)
	PaymentUnpaid    = string(stripe.CheckoutSessionPaymentStatusUnpaid)
	IntentSucceeded  = string(stripe.PaymentIntentStatusSucceeded) // of payment and setup intents alike
	MetadataAccount  = "account_id"
	MetadataCheckout = "checkout_id"
	MetadataTopUp    = "top_up_id"
)

// Session is the state of a Checkout Session at Stripe.
type Session struct {
	ID                string
	URL               string
	ExpiresAt         time.Time
	Mode              string
	Status            string
	PaymentStatus     string
	Livemode          bool
	AmountTotal       int64  // in cents
	Currency          string // lower case
	CustomerID        string
	ClientReferenceID string
	Metadata          map[string]string
	Intent            *Intent
	Card              *Card // the card that paid or was saved
}

// Intent is the payment intent or the setup intent of a session.
type Intent struct {
	ID         string
	Status     string
	ReceiptURL string // empty for a setup
}

// Card is a payment method that can be charged later.
type Card struct {
	PaymentMethodID string
	Brand           string
	Last4           string
	ExpMonth        int64
	ExpYear         int64
}

// GetSession reads the current state of a session, with its intent and card.
func (c *Client) GetSession(ctx context.Context, id string) (Session, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	params := &stripe.CheckoutSessionParams{Params: c.params(ctx, "")}
	params.AddExpand("payment_intent.payment_method")
	params.AddExpand("payment_intent.latest_charge")
	params.AddExpand("setup_intent.payment_method")
	session, err := c.api.CheckoutSessions.Get(id, params)
	if err != nil {
		return Session{}, classify("read a checkout session", err)
	}
	return sessionOf(session), nil
}

func sessionOf(s *stripe.CheckoutSession) Session {
	session := Session{
		ID: s.ID, URL: s.URL, ExpiresAt: time.Unix(s.ExpiresAt, 0).UTC(),
		Mode: string(s.Mode), Status: string(s.Status), PaymentStatus: string(s.PaymentStatus),
		Livemode: s.Livemode, AmountTotal: s.AmountTotal, Currency: string(s.Currency),
		ClientReferenceID: s.ClientReferenceID, Metadata: s.Metadata,
	}
	if s.Customer != nil {
		session.CustomerID = s.Customer.ID
	}
	switch {
	case s.PaymentIntent != nil:
		session.Intent = &Intent{ID: s.PaymentIntent.ID, Status: string(s.PaymentIntent.Status)}
		if s.PaymentIntent.LatestCharge != nil {
			session.Intent.ReceiptURL = s.PaymentIntent.LatestCharge.ReceiptURL
		}
		session.Card = cardOf(s.PaymentIntent.PaymentMethod)
	case s.SetupIntent != nil:
		session.Intent = &Intent{ID: s.SetupIntent.ID, Status: string(s.SetupIntent.Status)}
		session.Card = cardOf(s.SetupIntent.PaymentMethod)
	}
	return session
}

func cardOf(method *stripe.PaymentMethod) *Card {
	if method == nil || method.Card == nil {
		return nil
	}
	return &Card{
		PaymentMethodID: method.ID, Brand: string(method.Card.Brand), Last4: method.Card.Last4,
		ExpMonth: method.Card.ExpMonth, ExpYear: method.Card.ExpYear,
	}
}
