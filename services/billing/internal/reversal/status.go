package reversal

import "github.com/mintfax/mintfax/services/billing/internal/stripe"

// stage is the progress of a reversal. It never decreases, so that a late report of an earlier state changes nothing.
type stage int

const (
	inquiry  stage = iota // the bank asks about a payment; no money has moved
	closed                // the inquiry ended
	leaving               // the money has left, or is about to
	gone                  // the money has left for good, as far as is known
	returned              // the refund failed or the dispute was won: the money is ours again
)

// away reports whether the money is not ours.
func (s stage) away() bool { return s == leaving || s == gone }

// stageOf maps the statuses of API version 2023-10-16; ok is false for any other. A dispute takes the money when it
// opens, not when it is lost; an inquiry (warning_…) takes none (https://docs.stripe.com/disputes/how-disputes-work).
func stageOf(kind stripe.ReversalKind, status string) (s stage, ok bool) {
	stages := map[string]stage{
		"pending": leaving, "requires_action": leaving, "succeeded": gone, "failed": returned, "canceled": returned,
	}
	if kind == stripe.Dispute {
		stages = map[string]stage{
			"warning_needs_response": inquiry, "warning_under_review": inquiry, "warning_closed": closed,
			"needs_response": leaving, "under_review": leaving, "lost": gone, "won": returned,
			"charge_refunded": returned, // a refund has taken the money instead
		}
	}
	s, ok = stages[status]
	return s, ok
}

// SameStage reports whether two statuses of a refund or dispute are equivalent: the ledger is the same after both.
func SameStage(kind stripe.ReversalKind, a, b string) bool {
	one, known := stageOf(kind, a)
	other, knownToo := stageOf(kind, b)
	return known && knownToo && one == other
}
