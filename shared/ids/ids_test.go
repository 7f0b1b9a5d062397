package ids_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/ids"
)

func TestNewIDsAreValidAndDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 10_000 {
		id := ids.New(ids.Fax)
		require.True(t, ids.Valid(ids.Fax, id), id)
		require.False(t, seen[id], "the same id twice: %s", id)
		seen[id] = true
	}
}

func TestForeignFormsAreNotValid(t *testing.T) {
	good := ids.New(ids.Account)
	for _, id := range []string{"", "acct_", good + "x", good[:len(good)-1], good[:len(good)-1] + "-", "fax_" + good[5:]} {
		require.False(t, ids.Valid(ids.Account, id), id)
	}
}

func TestEveryCharacterOccursAboutEquallyOften(t *testing.T) {
	const n = 620_000
	counts := map[rune]int{}
	for _, c := range ids.Base62(n) {
		counts[c]++
	}
	require.Len(t, counts, 62)
	for c, count := range counts {
		require.InDelta(t, n/62, count, 600, "character %q", c)
	}
}
