package stripe

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"
)

// The statuses of a payment intent, besides IntentSucceeded.
const (
	IntentUnpaid         = string(stripe.PaymentIntentStatusRequiresPaymentMethod)
	IntentRequiresAction = string(stripe.PaymentIntentStatusRequiresAction)
	IntentCanceled       = string(stripe.PaymentIntentStatusCanceled)

	// AuthenticationRequired is the decline code of a bank that requires authentication by the cardholder.
	AuthenticationRequired = string(stripe.ErrorCodeAuthenticationRequired)
)

// clockSkew bounds how far Stripe's clock may be behind ours.
const clockSkew = 10 * time.Minute

// Charge is an off-session payment by a saved card.
type Charge struct {
	TopUpID         string
	AccountID       string
	CustomerID      string
	PaymentMethodID string
	Amount          int64 // in cents
	Currency        string
	Description     string
	IdempotencyKey  string
}

// PaymentIntent is the state of a charge at Stripe.
type PaymentIntent struct {
	ID             string
	Status         string
	Livemode       bool
	Amount         int64  // in cents
	AmountReceived int64  // in cents
	Currency       string // lower case
	CustomerID     string
	Metadata       map[string]string
	ReceiptURL     string
	DeclineCode    string // why the last attempt failed; empty when none did
}

// ChargeCard charges a saved card. A declined card is not an error: the returned intent says so. After ErrRefused
// nothing was charged. Repeating the same charge within KeyLifetime charges nothing more.
func (c *Client) ChargeCard(ctx context.Context, charge Charge) (PaymentIntent, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	params := &stripe.PaymentIntentParams{
		Params:             c.params(ctx, charge.IdempotencyKey),
		Amount:             stripe.Int64(charge.Amount),
		Currency:           stripe.String(strings.ToLower(charge.Currency)),
		Customer:           stripe.String(charge.CustomerID),
		PaymentMethod:      stripe.String(charge.PaymentMethodID),
		PaymentMethodTypes: stripe.StringSlice([]string{"card"}),
		Description:        stripe.String(charge.Description),
		Confirm:            stripe.Bool(true),
		OffSession:         stripe.Bool(true),
		Metadata:           map[string]string{MetadataAccount: charge.AccountID, MetadataTopUp: charge.TopUpID},
	}
	params.AddExpand("latest_charge")
	made, err := c.api.PaymentIntents.New(params)
	if declined, ok := declineOf(err); ok {
		return declined, nil
	}
	if err != nil {
		return PaymentIntent{}, classify("charge a card", err)
	}
	return intentOf(made), nil
}

// FindCharge looks up the charge of a top-up that was requested at that time; found is false when Stripe has none.
func (c *Client) FindCharge(ctx context.Context, customerID, topUpID string, asked time.Time) (intent PaymentIntent, found bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	params := &stripe.PaymentIntentListParams{
		Customer:     stripe.String(customerID),
		CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: asked.Add(-clockSkew).Unix()},
	}
	params.Context, params.Limit = ctx, stripe.Int64(100)
	params.AddExpand("data.latest_charge")
	list := c.api.PaymentIntents.List(params)
	for list.Next() {
		if made := list.PaymentIntent(); made.Metadata[MetadataTopUp] == topUpID {
			return intentOf(made), true, nil
		}
	}
	return PaymentIntent{}, false, classify("find a charge", list.Err())
}

// GetIntent reads the current state of a payment intent.
func (c *Client) GetIntent(ctx context.Context, id string) (PaymentIntent, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	params := &stripe.PaymentIntentParams{Params: c.params(ctx, "")}
	params.AddExpand("latest_charge")
	found, err := c.api.PaymentIntents.Get(id, params)
	if err != nil {
		return PaymentIntent{}, classify("read a payment intent", err)
	}
	return intentOf(found), nil
}

// declineOf extracts the intent from the error with which Stripe reports a declined card.
func declineOf(err error) (PaymentIntent, bool) {
	var answer *stripe.Error
	if !errors.As(err, &answer) || answer.Type != stripe.ErrorTypeCard {
		return PaymentIntent{}, false
	}
	declined := PaymentIntent{Status: IntentUnpaid}
	if answer.PaymentIntent != nil {
		declined = intentOf(answer.PaymentIntent)
	}
	declined.DeclineCode = declineCode(answer)
	return declined, true
}

// declineCode prefers the bank's code, except that required authentication takes precedence in whichever field it is.
func declineCode(failure *stripe.Error) string {
	switch {
	case failure.Code == stripe.ErrorCodeAuthenticationRequired:
		return AuthenticationRequired
	case failure.DeclineCode != "":
		return string(failure.DeclineCode)
	case failure.Code != "":
		return string(failure.Code)
	default:
		return string(stripe.DeclineCodeGenericDecline)
	}
}

func intentOf(made *stripe.PaymentIntent) PaymentIntent {
	intent := PaymentIntent{
		ID: made.ID, Status: string(made.Status), Livemode: made.Livemode, Amount: made.Amount,
		AmountReceived: made.AmountReceived, Currency: string(made.Currency), Metadata: made.Metadata,
	}
	if made.Customer != nil {
		intent.CustomerID = made.Customer.ID
	}
	if made.LatestCharge != nil {
		intent.ReceiptURL = made.LatestCharge.ReceiptURL
	}
	if made.LastPaymentError != nil {
		intent.DeclineCode = declineCode(made.LastPaymentError)
	}
	return intent
}
