package stripe

import (
	"context"
	"strings"

	"github.com/stripe/stripe-go/v76"
)

// Order is a Checkout Session to open. Product, Amount, Currency and Methods are empty for a setup.
type Order struct {
	CheckoutID string // ours; also the idempotency key
	AccountID  string
	CustomerID string
	Product    string
	Amount     int64 // in cents
	Currency   string
	Methods    []string // Stripe payment method types; some pay days later
	SuccessURL string
	CancelURL  string
}

// OpenPayment opens a page that collects a payment method, charges it and saves it.
func (c *Client) OpenPayment(ctx context.Context, o Order) (Session, error) {
	params := o.params(ModePayment)
	params.PaymentMethodTypes = stripe.StringSlice(o.Methods)
	params.LineItems = []*stripe.CheckoutSessionLineItemParams{{
		Quantity: stripe.Int64(1),
		PriceData: &stripe.CheckoutSessionLineItemPriceDataParams{
			Currency:    stripe.String(strings.ToLower(o.Currency)),
			UnitAmount:  stripe.Int64(o.Amount),
			ProductData: &stripe.CheckoutSessionLineItemPriceDataProductDataParams{Name: stripe.String(o.Product)},
		},
	}}
	params.PaymentIntentData = &stripe.CheckoutSessionPaymentIntentDataParams{
		SetupFutureUsage: stripe.String(string(stripe.PaymentIntentSetupFutureUsageOffSession)),
		Metadata:         o.metadata(),
	}
	return c.open(ctx, o, params)
}

// OpenSetup opens a page that saves a card and charges nothing.
func (c *Client) OpenSetup(ctx context.Context, o Order) (Session, error) {
	params := o.params(ModeSetup)
	params.PaymentMethodTypes = stripe.StringSlice([]string{"card"}) // only a card is charged off-session
	params.SetupIntentData = &stripe.CheckoutSessionSetupIntentDataParams{Metadata: o.metadata()}
	return c.open(ctx, o, params)
}

func (c *Client) open(ctx context.Context, o Order, params *stripe.CheckoutSessionParams) (Session, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	params.Params = c.params(ctx, "checkout:"+o.CheckoutID)
	session, err := c.api.CheckoutSessions.New(params)
	if err != nil {
		return Session{}, classify("open a checkout session", err)
	}
	return sessionOf(session), nil
}

func (o Order) params(mode string) *stripe.CheckoutSessionParams {
	return &stripe.CheckoutSessionParams{
		Mode:              stripe.String(mode),
		Customer:          stripe.String(o.CustomerID),
		ClientReferenceID: stripe.String(o.CheckoutID),
		Metadata:          o.metadata(),
		SuccessURL:        stripe.String(o.SuccessURL),
		CancelURL:         stripe.String(o.CancelURL),
	}
}

func (o Order) metadata() map[string]string {
	return map[string]string{MetadataAccount: o.AccountID, MetadataCheckout: o.CheckoutID}
}
