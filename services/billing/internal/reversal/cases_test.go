package reversal_test

import (
	"github.com/mintfax/mintfax/services/billing/internal/billingtest"
)

// move is a change at Stripe to a payment of 4,000 cents that granted 5,000 credits, and the event that reports it.
type move struct {
	event, object, id string
	do                func(s *billingtest.Stripe, intent, id string)
}

// testCase is a sequence of changes to a payment, and the expected result.
type testCase struct {
	moves    []move
	spent    int64 // of the 5,000 credits, as soon as they are available
	refunded int64 // cents, as shown by the payment
	lost     int64 // cents that are gone in total
	status   string
}

func refund(id string, amount int64, status string) move {
	return move{"refund.created", "refund", id, func(s *billingtest.Stripe, intent, id string) { s.Refund(intent, id, amount, status) }}
}

func refundBecomes(id, status string) move {
	return move{"charge.refund.updated", "refund", id, become(status)}
}

func dispute(id string, amount int64, status string) move {
	return move{"charge.dispute.created", "dispute", id, func(s *billingtest.Stripe, intent, id string) { s.Dispute(intent, id, amount, status) }}
}

func disputeBecomes(event, id, status string) move {
	return move{event, "dispute", id, become(status)}
}

// repeat is an event about an earlier change.
func repeat(event, object, id string) move {
	return move{event, object, id, func(*billingtest.Stripe, string, string) {}}
}

func become(status string) func(*billingtest.Stripe, string, string) {
	return func(s *billingtest.Stripe, _, id string) {
		s.ChangeReversal(id, func(r billingtest.Object) { r["status"] = status })
	}
}

// charge is a placeholder for the id of the payment's charge.
const charge = "the charge"

func cases() map[string]testCase {
	return map[string]testCase{
		"01 refunded in full": {
			moves:    []move{refund("re", 4000, "succeeded"), repeat("charge.refunded", "charge", charge)},
			refunded: 4000, lost: 4000, status: "refunded",
		},
		"02 refunded in parts that do not divide evenly": {
			moves:    []move{refund("re1", 1, "succeeded"), refund("re2", 1333, "succeeded"), refund("re3", 1333, "succeeded")},
			refunded: 2667, lost: 2667, status: "partially_refunded",
		},
		"03 refunded in parts to the last cent": {
			moves:    []move{refund("re1", 1333, "succeeded"), refund("re2", 1333, "succeeded"), refund("re3", 1334, "succeeded")},
			spent:    700,
			refunded: 4000, lost: 4000, status: "refunded",
		},
		"04 refunded after credits were spent": {
			moves:    []move{refund("re", 3000, "succeeded"), repeat("charge.refunded", "charge", charge)},
			spent:    4500,
			refunded: 3000, lost: 3000, status: "partially_refunded",
		},
		"05 a slow refund": {
			moves:    []move{refund("re", 4000, "pending"), refundBecomes("re", "succeeded")},
			refunded: 4000, lost: 4000, status: "refunded",
		},
		"06 a refund that fails later": {
			moves:  []move{refund("re", 4000, "pending"), refundBecomes("re", "succeeded"), refundBecomes("re", "failed")},
			spent:  4999,
			status: "succeeded",
		},
		"07 one refund of two fails": {
			moves:    []move{refund("re1", 1999, "succeeded"), refund("re2", 1001, "succeeded"), refundBecomes("re1", "failed")},
			spent:    3000,
			refunded: 1001, lost: 1001, status: "partially_refunded",
		},
		"08 disputed and won": {
			moves: []move{
				dispute("dp", 4000, "needs_response"), repeat("charge.dispute.funds_withdrawn", "dispute", "dp"),
				disputeBecomes("charge.dispute.closed", "dp", "won"), repeat("charge.dispute.funds_reinstated", "dispute", "dp"),
			},
			status: "succeeded",
		},
		"09 disputed and lost": {
			moves: []move{
				dispute("dp", 4000, "needs_response"), disputeBecomes("charge.dispute.updated", "dp", "under_review"),
				disputeBecomes("charge.dispute.closed", "dp", "lost"),
			},
			lost: 4000, status: "disputed",
		},
		"10 disputed after all credits were spent": {
			moves: []move{dispute("dp", 4000, "needs_response"), disputeBecomes("charge.dispute.updated", "dp", "under_review")},
			spent: 5000,
			lost:  4000, status: "disputed",
		},
		"11 disputed after credits were spent, and won": {
			moves: []move{dispute("dp", 4000, "needs_response"), disputeBecomes("charge.dispute.closed", "dp", "won")},
			spent: 2501, status: "succeeded",
		},
		"12 refunded in part, and the rest disputed and lost": {
			moves: []move{
				refund("re", 1501, "succeeded"), dispute("dp", 2499, "needs_response"), disputeBecomes("charge.dispute.closed", "dp", "lost"),
			},
			spent:    1,
			refunded: 1501, lost: 4000, status: "disputed",
		},
		"13 an inquiry": {
			moves: []move{
				dispute("dp", 4000, "warning_needs_response"), disputeBecomes("charge.dispute.updated", "dp", "warning_under_review"),
				disputeBecomes("charge.dispute.closed", "dp", "warning_closed"),
			},
			spent: 10, status: "succeeded",
		},
		"14 an inquiry that becomes a dispute": {
			moves: []move{
				dispute("dp", 1000, "warning_needs_response"), disputeBecomes("charge.dispute.updated", "dp", "needs_response"),
			},
			spent: 4000,
			lost:  1000, status: "disputed",
		},
		"15 disputed, and refunded instead": {
			moves: []move{
				dispute("dp", 4000, "needs_response"), refund("re", 4000, "succeeded"), disputeBecomes("charge.dispute.closed", "dp", "charge_refunded"),
			},
			spent:    1250,
			refunded: 4000, lost: 4000, status: "refunded",
		},
	}
}
