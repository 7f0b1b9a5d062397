package settlement

import (
	"log/slog"
	"strings"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
)

// verdict is what follows from what Stripe says. Its text labels the metric.
type verdict string

const (
	paid       verdict = "paid"    // record the payment, its credits, the activation, the card
	saved      verdict = "saved"   // save the card of a setup
	expired    verdict = "expired" // end the checkout without money
	pending    verdict = "not_yet" // wait: the customer has not finished
	processing verdict = "awaited" // wait: the customer has finished, and the bank takes days
	settled    verdict = "settled" // nothing: it was settled before
	mismatched verdict = "refused" // raise the alarm: Stripe contradicts our row

	declined       verdict = "declined"        // end the top-up: the card was not charged
	requiresAction verdict = "requires_action" // end the top-up: the bank requires authentication by the cardholder
)

// decision is a verdict and, for mismatched, the fields that differ from our row.
type decision struct {
	verdict     verdict
	differences []slog.Attr
}

// decide compares a session with the checkout that we opened. It is paid only when every field agrees.
func decide(row checkout, s stripe.Session, livemode bool) decision {
	if row.State != stateOpen {
		return decision{verdict: settled}
	}
	if s.Status == stripe.StatusOpen {
		return decision{verdict: pending}
	}
	d := &comparison{}
	d.expect("session", row.StripeSessionID, s.ID)
	d.expect("mode", row.Mode, s.Mode)
	d.expect("livemode", livemode, s.Livemode)
	d.expect("checkout_livemode", livemode, row.Livemode)
	d.expect("customer", row.StripeCustomerID, s.CustomerID)
	d.expect("client_reference_id", row.ID, s.ClientReferenceID)
	d.expect("metadata_account", row.AccountID, s.Metadata[stripe.MetadataAccount])
	d.expect("metadata_checkout", row.ID, s.Metadata[stripe.MetadataCheckout])
	if row.Mode == stripe.ModePayment {
		d.expect("amount", row.Amount, s.AmountTotal)
		d.expect("currency", strings.ToLower(row.Currency), s.Currency)
	}
	if len(d.differences) > 0 {
		return decision{verdict: mismatched, differences: d.differences}
	}
	if s.Status == stripe.StatusExpired {
		return decision{verdict: expired}
	}
	if row.Mode == stripe.ModeSetup {
		return decideSetup(s)
	}
	return decidePayment(s)
}

func decidePayment(s stripe.Session) decision {
	if s.Status == stripe.StatusComplete && s.PaymentStatus == stripe.PaymentUnpaid {
		return decideDelayed(s)
	}
	d := &comparison{}
	d.expect("status", stripe.StatusComplete, s.Status)
	d.expect("payment_status", stripe.PaymentPaid, s.PaymentStatus)
	d.expectIntent(s.Intent)
	return d.verdictOr(paid)
}

// decideDelayed handles payment methods that pay days later. A failed one needs a new checkout
// (https://docs.stripe.com/payments/checkout/fulfill-orders#delayed-notification).
func decideDelayed(s stripe.Session) decision {
	if s.Intent != nil && (s.Intent.Status == stripe.IntentUnpaid || s.Intent.Status == stripe.IntentCanceled) {
		return decision{verdict: expired}
	}
	return decision{verdict: processing}
}

func decideSetup(s stripe.Session) decision {
	d := &comparison{}
	d.expect("status", stripe.StatusComplete, s.Status)
	d.expectIntent(s.Intent)
	d.expect("card", true, s.Card != nil)
	return d.verdictOr(saved)
}

// comparison collects the fields that differ.
type comparison struct {
	differences []slog.Attr
}

func (c *comparison) expect(name string, ours, theirs any) {
	if ours != theirs {
		c.differences = append(c.differences, slog.Group(name, "ours", ours, "stripe", theirs))
	}
}

func (c *comparison) expectIntent(intent *stripe.Intent) {
	if intent == nil || intent.ID == "" {
		c.expect("intent", "present", "missing")
		return
	}
	c.expect("intent_status", stripe.IntentSucceeded, intent.Status)
}

func (c *comparison) verdictOr(good verdict) decision {
	if len(c.differences) > 0 {
		return decision{verdict: mismatched, differences: c.differences}
	}
	return decision{verdict: good}
}
