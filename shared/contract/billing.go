package contract

import "time"

// Methods that billing serves.
const (
	ListPackages   Method[None, List[CreditPackage]]            = "billing.package.list"
	CreateCheckout Method[CreateCheckoutRequest, HostedSession] = "billing.checkout.create"
	CreateSetup    Method[CreateSetupRequest, HostedSession]    = "billing.setup.create"
	// FulfilCheckout fulfils a paid session, at most once. Callers may repeat it.
	FulfilCheckout Method[FulfilCheckoutRequest, CheckoutOutcome] = "billing.checkout.fulfil"
	// CreateTopUp charges the saved card for a package. A repeated request key within a day is the same top-up,
	// unless the card was declined. Errors: validation_failed on package_id; payment_declined with decline_code
	// and, when the bank requires authentication by the cardholder, checkout_url; idempotency_key_reuse; and
	// service_unavailable, after which the charge may still succeed.
	CreateTopUp   Method[CreateTopUpRequest, Payment]     = "billing.top_up.create"
	ReceiveStripe Method[StripeDelivery, None]            = "billing.stripe.receive"
	ListPayments  Method[ListOwnedRequest, List[Payment]] = "billing.payment.list"
	GetCard       Method[GetAccountRequest, CardOnFile]   = "billing.card.get"
	// SetAutoTopUp configures automatic top-ups of the live pool. Enabling them ends a pause. Errors:
	// validation_failed, also on enabled for an account without a saved card.
	SetAutoTopUp Method[SetAutoTopUpRequest, AutoTopUp] = "billing.auto_top_up.set"
	GetAutoTopUp Method[GetAccountRequest, AutoTopUp]   = "billing.auto_top_up.get"
	// RemoveCard removes the saved card, if there is one. Callers may repeat it.
	RemoveCard Method[GetAccountRequest, None] = "billing.card.remove"
)

// Events that billing publishes.
const (
	AccountActivated Event[AccountActivatedEvent] = "account.activated"
	BalanceTopup     Event[BalanceTopupEvent]     = "balance.topup"
	// AutoTopUpPaused is for auth, which notifies the account's owner by mail.
	AutoTopUpPaused Event[AutoTopUpPausedEvent] = "auto_top_up.paused"
)

// CreditPackage is the public package resource. Price is in cents.
type CreditPackage struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Price    int64  `json:"price"`
	Credits  int64  `json:"credits"`
	Currency string `json:"currency"`
}

// CreateCheckoutRequest opens a Checkout that collects a card and charges for a package.
type CreateCheckoutRequest struct {
	AccountID string `json:"account_id"`
	Name      string `json:"name"`
	Email     string `json:"email"`
	PackageID string `json:"package_id"`
}

// CreateSetupRequest opens a Checkout that saves a card and charges nothing.
type CreateSetupRequest struct {
	AccountID string `json:"account_id"`
	Name      string `json:"name"`
	Email     string `json:"email"`
}

// CreateTopUpRequest charges the saved card for a package. Name and Email are for the Checkout page that billing opens
// when the bank requires authentication by the cardholder. RequestKey is the caller's Idempotency-Key, or empty.
type CreateTopUpRequest struct {
	AccountID  string `json:"account_id"`
	Name       string `json:"name"`
	Email      string `json:"email"`
	PackageID  string `json:"package_id"`
	RequestKey string `json:"request_key"`
}

// NoCard is the decline code of a top-up by an account without a saved card. The other codes are Stripe's
// (https://docs.stripe.com/declines/codes), or one of the next two.
const (
	NoCard        = "no_card"
	CardUnusable  = "card_unusable" // Stripe refused the charge before it reached the bank
	NeverHappened = "abandoned"     // Stripe has no record of the charge a day after its request
)

// HostedSession is a page at Stripe for the customer. ID is Stripe's Checkout Session id.
type HostedSession struct {
	ID        string    `json:"id"`
	URL       string    `json:"url"`
	ExpiresAt time.Time `json:"expires_at"`
}

// FulfilCheckoutRequest names a Checkout Session by Stripe's id.
type FulfilCheckoutRequest struct {
	SessionID string `json:"session_id"`
}

// CheckoutState is the state of one of our checkouts.
type CheckoutState string

// The states of a checkout. Complete is final and means paid (or, for a setup, saved).
const (
	CheckoutOpen     CheckoutState = "open"
	CheckoutComplete CheckoutState = "complete"
	CheckoutExpired  CheckoutState = "expired"
)

// CheckoutOutcome is the result of a checkout. Payment is set when the customer was charged.
type CheckoutOutcome struct {
	AccountID string        `json:"account_id"`
	State     CheckoutState `json:"state"`
	Setup     bool          `json:"setup"` // the checkout saves a card and charges nothing
	Payment   *Payment      `json:"payment"`
}

// StripeDelivery is one webhook request as Stripe sent it: the raw body (at most 256 KiB) and the
// Stripe-Signature header. Billing holds the secret. Errors: malformed_request for an invalid signature
// or timestamp; after any other error Stripe delivers the event again.
type StripeDelivery struct {
	Body      []byte `json:"body"`
	Signature string `json:"signature"`
}

// PaymentStatus is the public status of a payment.
type PaymentStatus string

// The statuses of a payment. Disputed means that a bank has withdrawn the money, pending its decision or for good.
const (
	PaymentSucceeded         PaymentStatus = "succeeded"
	PaymentRefunded          PaymentStatus = "refunded"
	PaymentPartiallyRefunded PaymentStatus = "partially_refunded"
	PaymentDisputed          PaymentStatus = "disputed"
)

// Payment is the public payment resource. Amounts are in cents.
type Payment struct {
	ID             string        `json:"id"`
	Amount         int64         `json:"amount"`
	Credits        int64         `json:"credits"`
	AmountRefunded int64         `json:"amount_refunded"`
	Currency       string        `json:"currency"`
	Status         PaymentStatus `json:"status"`
	PackageID      string        `json:"package_id"`
	ReceiptURL     *string       `json:"receipt_url"`
	CreatedAt      time.Time     `json:"created_at"`
}

// CardOnFile is the saved card of an account, if there is one.
type CardOnFile struct {
	Card *Card `json:"card"`
}

// Card has the public details of a saved card.
type Card struct {
	Brand    string `json:"brand"`
	Last4    string `json:"last4"`
	ExpMonth int    `json:"exp_month"`
	ExpYear  int    `json:"exp_year"`
}

// AccountActivatedEvent is the body of AccountActivated.
type AccountActivatedEvent struct {
	AccountID   string    `json:"account_id"`
	PaymentID   string    `json:"payment_id"`
	ActivatedAt time.Time `json:"activated_at"`
}

// BalanceTopupEvent is the body of BalanceTopup.
type BalanceTopupEvent struct {
	AccountID   string          `json:"account_id"`
	BalanceType EnvironmentType `json:"balance_type"`
	PaymentID   string          `json:"payment_id"`
	Credits     int64           `json:"credits"`
	Available   int64           `json:"available"`
	Held        int64           `json:"held"`
}
