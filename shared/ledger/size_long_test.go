//go:build long

package ledger_test

const (
	actorSequences = 3_000
	racedHolds     = 15_000
)
