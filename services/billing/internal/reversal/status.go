package reversal

import "github.com/mintfax/mintfax/services/billing/internal/stripe"

// stage is how far a reversal has come. It never goes back, so that what Stripe said earlier and we hear
// later changes nothing.
type stage int

const (
	asked  stage = iota // the bank asks about a payment; no money has moved
	closed              // and wants no more
	going               // the money is gone, or on its way
	gone                // for good, as far as is known
	back                // it failed or was won: the money is ours again
)

// away reports whether the money is not ours.
func (s stage) away() bool { return s == going || s == gone }

// stageOf knows Stripe's words of API version 2023-10-16; ok is false for any other.
// A dispute takes the money when it opens, not when it is lost; an inquiry (warning_…) takes none
// (https://docs.stripe.com/disputes/how-disputes-work).
func stageOf(kind stripe.ReversalKind, status string) (s stage, ok bool) {
	stages := map[string]stage{
		"pending": going, "requires_action": going, "succeeded": gone, "failed": back, "canceled": back,
	}
	if kind == stripe.Dispute {
		stages = map[string]stage{
			"warning_needs_response": asked, "warning_under_review": asked, "warning_closed": closed,
			"needs_response": going, "under_review": going, "lost": gone, "won": back,
			"charge_refunded": back, // a refund has taken the money instead
		}
	}
	s, ok = stages[status]
	return s, ok
}

// SameStage reports whether two of Stripe's words for where a refund or dispute stands mean the same: the
// ledger is the same after both.
func SameStage(kind stripe.ReversalKind, a, b string) bool {
	one, known := stageOf(kind, a)
	other, knownToo := stageOf(kind, b)
	return known && knownToo && one == other
}
