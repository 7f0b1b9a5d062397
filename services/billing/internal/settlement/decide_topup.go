package settlement

import (
	"strings"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/contract"
)

// decideTopUp compares a charge with the top-up that asked for it. It is paid only when every field agrees. Money that
// has arrived is credited in any state of the top-up.
func decideTopUp(row topUp, intent stripe.PaymentIntent, livemode bool) decision {
	if row.State == string(TopUpSucceeded) {
		return decision{verdict: settled}
	}
	if intent.Status == stripe.IntentSucceeded {
		return decideCharge(row, intent, livemode)
	}
	if row.State != statePending {
		return decision{verdict: settled}
	}
	switch intent.Status {
	case stripe.IntentRequiresAction:
		return decision{verdict: requiresAction}
	case stripe.IntentCanceled:
		return decision{verdict: declined}
	case stripe.IntentUnpaid:
		return decideDecline(intent)
	default: // the charge is in progress
		return decision{verdict: pending}
	}
}

// decideDecline waits while no attempt has failed: the first one is still outstanding.
func decideDecline(intent stripe.PaymentIntent) decision {
	switch intent.DeclineCode {
	case "":
		return decision{verdict: pending}
	case stripe.AuthenticationRequired:
		return decision{verdict: requiresAction}
	default:
		return decision{verdict: declined}
	}
}

func decideCharge(row topUp, intent stripe.PaymentIntent, livemode bool) decision {
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

// pauseReason says why automatic top-ups pause after a charge without money.
func pauseReason(v verdict, intent stripe.PaymentIntent) contract.PauseReason {
	switch {
	case v == requiresAction:
		return contract.PausedAuthentication
	case intent.DeclineCode == contract.NeverHappened:
		return contract.PausedFailing
	default:
		return contract.PausedDeclined
	}
}
