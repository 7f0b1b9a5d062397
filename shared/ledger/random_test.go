package ledger_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/ledger"
)

// randomSource prints its seed. MINTFAX_SEED repeats a run.
func randomSource(t *testing.T) *rand.Rand {
	t.Helper()
	seed := rand.Uint64()
	if text := os.Getenv("MINTFAX_SEED"); text != "" {
		var err error
		seed, err = strconv.ParseUint(text, 10, 64)
		require.NoError(t, err)
	}
	t.Logf("MINTFAX_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

func isOutcome(err error, outcome string) bool {
	var refused *ledger.OutcomeError
	return errors.As(err, &refused) && refused.Outcome == outcome
}
