package admission

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func double(_ context.Context, questions []int) ([]int, error) {
	time.Sleep(200 * time.Microsecond)
	answers := make([]int, len(questions))
	for i, q := range questions {
		answers[i] = 2 * q
	}
	return answers, nil
}

func TestBatcherAnswersEachQuestionAndBoundsItsRoundTrips(t *testing.T) {
	cfg := batchConfig{inFlight: 3, size: 7, maxQueued: 10_000, maxWaiting: time.Minute}
	var inFlight, most, largest atomic.Int64
	b := newBatcher(cfg, func(ctx context.Context, questions []int) ([]int, error) {
		defer inFlight.Add(-1)
		most.Store(max(most.Load(), inFlight.Add(1)))
		largest.Store(max(largest.Load(), int64(len(questions))))
		return double(ctx, questions)
	})
	var wg sync.WaitGroup
	for i := range 2000 {
		wg.Go(func() {
			if answer, err := b.ask(t.Context(), i); err != nil || answer != 2*i {
				t.Errorf("question %d: %d %v", i, answer, err)
			}
		})
	}
	wg.Wait()
	require.LessOrEqual(t, most.Load(), int64(cfg.inFlight))
	require.LessOrEqual(t, largest.Load(), int64(cfg.size))
	require.Greater(t, largest.Load(), int64(1), "questions that wait together must share a round trip")
}

func TestSecondRoundTripStartsOnlyWhenTheFirstIsSlow(t *testing.T) {
	release := make(chan struct{})
	var inFlight atomic.Int64
	b := newBatcher(batchConfig{inFlight: 2, slow: 100 * time.Millisecond, size: 10, maxQueued: 10, maxWaiting: time.Minute}, func(ctx context.Context, questions []int) ([]int, error) {
		if inFlight.Add(1) == 1 {
			<-release
		}
		return double(ctx, questions)
	})
	var asking sync.WaitGroup
	ask := func() {
		if _, err := b.ask(t.Context(), 1); err != nil {
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

func TestFullQueueRefusesAtOnceAndExpiredQuestionsFail(t *testing.T) {
	release := make(chan struct{})
	b := newBatcher(batchConfig{inFlight: 1, slow: time.Millisecond, size: 10, maxQueued: 2, maxWaiting: 50 * time.Millisecond}, func(ctx context.Context, questions []int) ([]int, error) {
		<-release
		return double(ctx, questions)
	})
	answers := make(chan error)
	ask := func() {
		_, err := b.ask(t.Context(), 1)
		answers <- err
	}
	go ask() // takes the lane
	time.Sleep(20 * time.Millisecond)
	go ask()
	go ask()
	time.Sleep(20 * time.Millisecond)
	_, err := b.ask(t.Context(), 1)
	require.ErrorIs(t, err, errQueueFull)
	time.Sleep(60 * time.Millisecond)
	close(release)
	late := 0
	for range 3 {
		if err := <-answers; err != nil {
			require.ErrorIs(t, err, errQueueTimeout)
			late++
		}
	}
	require.Equal(t, 2, late)
	go ask()
	require.NoError(t, <-answers, "the lane is free again")
}

func TestFailedOrShortRoundTripFailsItsQuestions(t *testing.T) {
	fault := errors.New("fault")
	b := newBatcher(batchConfig{inFlight: 1, size: 10, maxQueued: 10, maxWaiting: time.Minute}, func(_ context.Context, questions []int) ([]int, error) {
		if questions[0] == 0 {
			return nil, fault
		}
		return nil, nil
	})
	_, err := b.ask(t.Context(), 0)
	require.ErrorIs(t, err, fault)
	_, err = b.ask(t.Context(), 1)
	require.Error(t, err)
}

func TestPanicFailsItsQuestionsAndFreesTheRoundTrip(t *testing.T) {
	b := newBatcher(batchConfig{inFlight: 2, size: 10, maxQueued: 10, maxWaiting: time.Minute}, func(ctx context.Context, questions []int) ([]int, error) {
		if questions[0] == 0 {
			panic("a fault of ours")
		}
		return double(ctx, questions)
	})
	for range 5 { // more than there are lanes
		_, err := b.ask(t.Context(), 0)
		require.ErrorContains(t, err, "a fault of ours")
	}
	answer, err := b.ask(t.Context(), 21)
	require.NoError(t, err)
	require.Equal(t, 42, answer)
}

func TestCanceledQuestionLeavesTheQueue(t *testing.T) {
	release := make(chan struct{})
	b := newBatcher(batchConfig{inFlight: 1, slow: time.Millisecond, size: 10, maxWaiting: time.Minute}, func(ctx context.Context, questions []int) ([]int, error) {
		<-release
		return double(ctx, questions)
	})
	var asking sync.WaitGroup
	asking.Go(func() { _, _ = b.ask(t.Context(), 1) }) // occupies the round trip
	queued := func() int {
		b.mu.Lock()
		defer b.mu.Unlock()
		return len(b.queue)
	}
	require.Eventually(t, func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.busy == 1
	}, time.Second, time.Millisecond)
	ctx, cancel := context.WithCancel(t.Context())
	for range 5 {
		asking.Go(func() { _, _ = b.ask(ctx, 2) })
	}
	asking.Go(func() {
		if answer, err := b.ask(t.Context(), 3); err != nil || answer != 6 {
			t.Errorf("%d %v", answer, err)
		}
	})
	require.Eventually(t, func() bool { return queued() == 6 }, time.Second, time.Millisecond)
	cancel()
	require.Eventually(t, func() bool { return queued() == 1 }, time.Second, time.Millisecond)
	close(release)
	asking.Wait()
}
