package codes

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// take has askers, one after the other, take all that they get. In no order do they get more: whoever goes on early
// goes on while the bound is far.
func take(askers, bound int) (all int) {
	for range askers {
		for mine := 0; (share{mine, all}).leaves(bound); mine++ {
			all++
		}
	}
	return all
}

func TestWhoAsksOftenNeverTakesThePlaceOfWhoAsksOnce(t *testing.T) {
	for askers := 1; askers < 40; askers++ {
		all := take(askers, strangersCodes)
		require.True(t, share{0, all}.leaves(strangersCodes), "%d askers had %d", askers, all)
	}
}

func TestTwentyStrangersLeaveACodeAndTwoGuesses(t *testing.T) {
	codes, guesses := take(20, strangersCodes), take(20, strangersGuesses)
	require.LessOrEqual(t, codes, 40)
	require.LessOrEqual(t, guesses, 88)
	require.True(t, share{0, codes}.leaves(strangersCodes))
	require.True(t, share{0, guesses}.leaves(strangersGuesses))
	require.True(t, share{1, guesses + 1}.leaves(strangersGuesses))
}

func TestNoOrderOfAskersGetsMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		askers, bound := rapid.IntRange(1, 300).Draw(t, "askers"), rapid.SampledFrom([]int{strangersCodes, strangersGuesses}).Draw(t, "bound")
		all, mine := 0, map[int]int{}
		for _, asker := range rapid.SliceOfN(rapid.IntRange(1, askers), 0, 1000).Draw(t, "order") {
			if (share{mine[asker], all}).leaves(bound) {
				mine[asker]++
				all++
			}
		}
		if all > bound || all > take(askers, bound) {
			t.Fatalf("%d askers had %d", askers, all)
		}
	})
}

func TestOneAskerAloneHasAllThatAnAskerMayHave(t *testing.T) {
	require.GreaterOrEqual(t, take(1, strangersCodes), perHour)
	require.GreaterOrEqual(t, take(1, strangersGuesses), 3*maxGuesses)
}
