package batch_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/batch"
)

func double(_ context.Context, questions []int) ([]int, error) {
	time.Sleep(200 * time.Microsecond)
	answers := make([]int, len(questions))
	for i, q := range questions {
		answers[i] = 2 * q
	}
	return answers, nil
}

func TestEachQuestionGetsItsOwnAnswerAndRoundTripsAreBounded(t *testing.T) {
	cfg := batch.Config{Lanes: 3, Size: 7, Waiting: 10_000, Patience: time.Minute}
	var inFlight, most, largest atomic.Int64
	b := batch.New(cfg, func(ctx context.Context, questions []int) ([]int, error) {
		defer inFlight.Add(-1)
		most.Store(max(most.Load(), inFlight.Add(1)))
		largest.Store(max(largest.Load(), int64(len(questions))))
		return double(ctx, questions)
	})
	var wg sync.WaitGroup
	for i := range 2000 {
		wg.Go(func() {
			if answer, err := b.Ask(t.Context(), i); err != nil || answer != 2*i {
				t.Errorf("question %d: %d %v", i, answer, err)
			}
		})
	}
	wg.Wait()
	require.LessOrEqual(t, most.Load(), int64(cfg.Lanes))
	require.LessOrEqual(t, largest.Load(), int64(cfg.Size))
	require.Greater(t, largest.Load(), int64(1), "questions that wait together must share a round trip")
}

func TestOneRoundTripIsInFlightUntilItIsSlow(t *testing.T) {
	release := make(chan struct{})
	var inFlight atomic.Int64
	b := batch.New(batch.Config{Lanes: 2, Slow: 100 * time.Millisecond, Size: 10, Waiting: 10, Patience: time.Minute}, func(ctx context.Context, questions []int) ([]int, error) {
		if inFlight.Add(1) == 1 {
			<-release
		}
		return double(ctx, questions)
	})
	var asking sync.WaitGroup
	ask := func() {
		if _, err := b.Ask(t.Context(), 1); err != nil {
			t.Error(err)
		}
	}
	asking.Go(ask)
	time.Sleep(20 * time.Millisecond)
	asking.Go(ask)
	time.Sleep(20 * time.Millisecond)
	require.EqualValues(t, 1, inFlight.Load(), "the second waits for the first, which is not slow yet")
	time.Sleep(100 * time.Millisecond)
	ask() // takes the second with it
	require.EqualValues(t, 2, inFlight.Load())
	close(release)
	asking.Wait()
}

func TestTooManyAreRefusedAtOnceAndLateOnesWhenTheirTurnComes(t *testing.T) {
	release := make(chan struct{})
	b := batch.New(batch.Config{Lanes: 1, Slow: time.Millisecond, Size: 10, Waiting: 2, Patience: 50 * time.Millisecond}, func(ctx context.Context, questions []int) ([]int, error) {
		<-release
		return double(ctx, questions)
	})
	answers := make(chan error)
	ask := func() {
		_, err := b.Ask(t.Context(), 1)
		answers <- err
	}
	go ask() // takes the lane
	time.Sleep(20 * time.Millisecond)
	go ask()
	go ask()
	time.Sleep(20 * time.Millisecond)
	_, err := b.Ask(t.Context(), 1)
	require.ErrorIs(t, err, batch.ErrFull)
	time.Sleep(60 * time.Millisecond)
	close(release)
	late := 0
	for range 3 {
		if err := <-answers; err != nil {
			require.ErrorIs(t, err, batch.ErrLate)
			late++
		}
	}
	require.Equal(t, 2, late)
	go ask()
	require.NoError(t, <-answers, "the lane is free again")
}

func TestAFailedRoundTripFailsAllOfItAndOneWithTooFewAnswersToo(t *testing.T) {
	fault := errors.New("fault")
	b := batch.New(batch.Config{Lanes: 1, Size: 10, Waiting: 10, Patience: time.Minute}, func(_ context.Context, questions []int) ([]int, error) {
		if questions[0] == 0 {
			return nil, fault
		}
		return nil, nil
	})
	_, err := b.Ask(t.Context(), 0)
	require.ErrorIs(t, err, fault)
	_, err = b.Ask(t.Context(), 1)
	require.Error(t, err)
}

func TestAPanicFailsItsQuestionsAndFreesTheLane(t *testing.T) {
	b := batch.New(batch.Config{Lanes: 2, Size: 10, Waiting: 10, Patience: time.Minute}, func(ctx context.Context, questions []int) ([]int, error) {
		if questions[0] == 0 {
			panic("a fault of ours")
		}
		return double(ctx, questions)
	})
	for range 5 { // more than there are lanes
		_, err := b.Ask(t.Context(), 0)
		require.ErrorContains(t, err, "a fault of ours")
	}
	answer, err := b.Ask(t.Context(), 21)
	require.NoError(t, err)
	require.Equal(t, 42, answer)
}
