//go:build !long

package ledger_test

// Sizes of the random tests, whose seeds differ from run to run.
const (
	actorSequences = 300
	racedHolds     = 1_500
)
