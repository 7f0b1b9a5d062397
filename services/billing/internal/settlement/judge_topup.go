package settlement

import (
	"strings"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/contract"
)

// judgeTopUp compares what Stripe says of a charge with what we asked for. It is paid only when
// everything holds.
func judgeTopUp(row topUp, intent stripe.PaymentIntent, livemode bool) judgement {
	if row.State == string(TopUpSucceeded) {
		return judgement{verdict: settled}
	}
	if intent.Status == stripe.IntentSucceeded {
		return judgeCharge(row, intent, livemode)
	}
	if row.State != statePending {
		return judgement{verdict: settled}
	}
	switch intent.Status {
	case stripe.IntentNeedsUser:
		return judgement{verdict: needsPerson}
	case stripe.IntentCanceled:
		return judgement{verdict: declined}
	case stripe.IntentUnpaid:
		return judgeDecline(intent)
	default: // it is still going on
		return judgement{verdict: notYet}
	}
}

// judgeDecline waits when no try has failed: the first is still to come.
func judgeDecline(intent stripe.PaymentIntent) judgement {
	switch intent.DeclineCode {
	case "":
		return judgement{verdict: notYet}
	case stripe.AuthenticationRequired:
		return judgement{verdict: needsPerson}
	default:
		return judgement{verdict: declined}
	}
}

func judgeCharge(row topUp, intent stripe.PaymentIntent, livemode bool) judgement {
	d := &comparison{}
	d.expect("intent", true, intent.ID != "")
	d.expect("livemode", livemode, intent.Livemode)
	d.expect("top_up_livemode", livemode, row.Livemode)
	d.expect("customer", row.StripeCustomerID, intent.CustomerID)
	d.expect("metadata_account", row.AccountID, intent.Metadata[stripe.MetadataAccount])
	d.expect("metadata_top_up", row.ID, intent.Metadata[stripe.MetadataTopUp])
	d.expect("amount", row.Amount, intent.Amount)
	d.expect("amount_received", row.Amount, intent.AmountReceived)
	d.expect("currency", strings.ToLower(row.Currency), intent.Currency)
	if row.StripePaymentIntentID != "" {
		d.expect("earlier_intent", row.StripePaymentIntentID, intent.ID)
	}
	return d.verdictOr(paid)
}

// pauseReason says why no more automatic charges are made after one that ended without money.
func pauseReason(v verdict, intent stripe.PaymentIntent) contract.PauseReason {
	switch {
	case v == needsPerson:
		return contract.PausedAuthentication
	case intent.DeclineCode == contract.NeverHappened:
		return contract.PausedFailing
	default:
		return contract.PausedDeclined
	}
}
