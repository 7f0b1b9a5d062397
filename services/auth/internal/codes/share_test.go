package codes

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// take has askers go on in turns until none of them gets anything more.
func take(askers, bound int) (all int, mine []int) {
	mine = make([]int, askers)
	for more := true; more; {
		more = false
		for i := range mine {
			if (share{mine[i], all}).leaves(bound) {
				mine[i]++
				all++
				more = true
			}
		}
	}
	return all, mine
}

func TestWhoAsksOftenNeverTakesThePlaceOfWhoAsksOnce(t *testing.T) {
	for askers := 1; askers < strangersCodes; askers++ {
		all, _ := take(askers, strangersCodes)
		require.True(t, share{0, all}.leaves(strangersCodes), "%d askers had %d", askers, all)
	}
}

func TestTwentyStrangersLeaveACodeAndThreeGuesses(t *testing.T) {
	all, _ := take(20, strangersCodes)
	require.True(t, share{0, all}.leaves(strangersCodes), "of %d", all)
	all, _ = take(20, strangersGuesses)
	for guess := range 3 {
		require.True(t, share{guess, all + guess}.leaves(strangersGuesses), "guess %d after %d", guess+1, all)
	}
}

func TestNoOrderAndNoNumberOfAskersExceedsTheBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all, mine := 0, map[int]int{}
		for _, asker := range rapid.SliceOfN(rapid.IntRange(0, 400), 0, 1000).Draw(t, "askers") {
			if (share{mine[asker], all}).leaves(strangersGuesses) {
				mine[asker]++
				all++
			}
		}
		if all > strangersGuesses {
			t.Fatalf("%d guesses", all)
		}
	})
}

func TestOneAskerAloneHasAllThatAnAskerMayHave(t *testing.T) {
	all, _ := take(1, strangersCodes)
	require.GreaterOrEqual(t, all, perHour)
	all, _ = take(1, strangersGuesses)
	require.GreaterOrEqual(t, all, 3*maxGuesses)
}
