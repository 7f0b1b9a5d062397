package settlement

import (
	"log/slog"
	"strings"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
)

// verdict says what a session is due.
type verdict string

const (
	paid    verdict = "paid"    // the payment, its credits, activation, the card
	saved   verdict = "saved"   // the card of a setup
	lapsed  verdict = "expired" // nothing, ever
	notYet  verdict = "not_yet" // nothing so far
	awaited verdict = "awaited" // nothing so far: the person is done, and the bank takes days
	settled verdict = "settled" // nothing more: it was done before
	refused verdict = "refused" // nothing: it is not what we asked for

	declined    verdict = "declined"        // nothing: the card of a top-up was not charged
	needsPerson verdict = "requires_action" // nothing: the bank wants the person
)

// judgement is a verdict and, for a refusal, what differs from our row.
type judgement struct {
	verdict     verdict
	differences []slog.Attr
}

// judge compares what Stripe says with what we asked for. A payment is due only when everything holds.
func judge(row checkout, s stripe.Session, livemode bool) judgement {
	if row.State != stateOpen {
		return judgement{verdict: settled}
	}
	if s.Status == stripe.StatusOpen {
		return judgement{verdict: notYet}
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
		return judgement{verdict: refused, differences: d.differences}
	}
	if s.Status == stripe.StatusExpired {
		return judgement{verdict: lapsed}
	}
	if row.Mode == stripe.ModeSetup {
		return judgeSetup(s)
	}
	return judgePayment(s)
}

func judgePayment(s stripe.Session) judgement {
	if s.Status == stripe.StatusComplete && s.PaymentStatus == stripe.PaymentUnpaid {
		return judgeDelayed(s)
	}
	d := &comparison{}
	d.expect("status", stripe.StatusComplete, s.Status)
	d.expect("payment_status", stripe.PaymentPaid, s.PaymentStatus)
	d.expectIntent(s.Intent)
	return d.verdictOr(paid)
}

// judgeDelayed is about a method that pays later, or has failed to. A failed one needs a new checkout
// (https://docs.stripe.com/payments/checkout/fulfill-orders#delayed-notification).
func judgeDelayed(s stripe.Session) judgement {
	if s.Intent != nil && (s.Intent.Status == stripe.IntentUnpaid || s.Intent.Status == stripe.IntentCanceled) {
		return judgement{verdict: lapsed}
	}
	return judgement{verdict: awaited}
}

func judgeSetup(s stripe.Session) judgement {
	d := &comparison{}
	d.expect("status", stripe.StatusComplete, s.Status)
	d.expectIntent(s.Intent)
	d.expect("card", true, s.Card != nil)
	return d.verdictOr(saved)
}

// comparison collects what differs.
type comparison struct {
	differences []slog.Attr
}

func (c *comparison) expect(name string, ours, stripes any) {
	if ours != stripes {
		c.differences = append(c.differences, slog.Group(name, "ours", ours, "stripe", stripes))
	}
}

func (c *comparison) expectIntent(intent *stripe.Intent) {
	if intent == nil || intent.ID == "" {
		c.expect("intent", "present", "missing")
		return
	}
	c.expect("intent_status", stripe.IntentSucceeded, intent.Status)
}

func (c *comparison) verdictOr(good verdict) judgement {
	if len(c.differences) > 0 {
		return judgement{verdict: refused, differences: c.differences}
	}
	return judgement{verdict: good}
}
