package render_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
)

// slowConverter uses up all of the CPU time that a document gets.
type slowConverter struct{}

func (slowConverter) PDF(ctx context.Context, _ []byte, _ document.Type, _ document.Sheet, cpu time.Duration) ([]byte, error) {
	select {
	case <-time.After(cpu):
		return nil, document.ErrTooComplex
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (slowConverter) AtOnce() int { return 2 }

func page(context.Context) ([]byte, error) { return []byte("<html>"), nil }

// convert has a page of an account converted, and returns how long it took.
func convert(ctx context.Context, r *render.Renderer, account string, activated bool) (time.Duration, error) {
	began := time.Now()
	owner := render.Owner{Account: account, Activated: func(context.Context) (bool, error) { return activated, nil }}
	_, err := r.Render(ctx, owner, page, document.Job{}, none)
	return time.Since(began), err
}

func TestAConversionGetsLessCPUBeforeActivation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := render.New(nil, slowConverter{})
		took, err := convert(t.Context(), r, "free", false)
		require.ErrorIs(t, err, document.ErrTooComplex)
		require.Equal(t, 6*time.Second, took)
		took, err = convert(t.Context(), r, "paying", true)
		require.ErrorIs(t, err, document.ErrTooComplex)
		require.Equal(t, office.CPU, took)
	})
}

// Three free accounts keep sending documents that use up the CPU time, several at once.
func TestFreeAccountsDoNotDelayActivatedOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := render.New(nil, slowConverter{})
		ctx, end := context.WithCancel(t.Context())
		var greedy sync.WaitGroup
		for n := range 9 {
			greedy.Go(func() {
				for ctx.Err() == nil {
					_, _ = convert(ctx, r, strconv.Itoa(n%3), false)
					time.Sleep(10 * time.Millisecond)
				}
			})
		}
		time.Sleep(time.Minute)
		took, err := convert(t.Context(), r, "paying", true)
		require.ErrorIs(t, err, document.ErrTooComplex)
		require.Equal(t, office.CPU, took, "none of it was spent waiting")
		end()
		greedy.Wait()
	})
}

func TestAnAccountPausesAfterATooComplexDocument(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := render.New(nil, slowConverter{})
		for _, lasts := range []time.Duration{15 * time.Second, 30 * time.Second, time.Minute} {
			_, err := convert(t.Context(), r, "a", false)
			require.ErrorIs(t, err, document.ErrTooComplex)
			_, err = convert(t.Context(), r, "a", false)
			pause, pauses := errors.AsType[render.Pause](err)
			require.True(t, pauses, "%v", err)
			require.Equal(t, lasts, pause.Left)
			_, err = convert(t.Context(), r, "b"+lasts.String(), false)
			require.ErrorIs(t, err, document.ErrTooComplex, "another account does not pause")
			time.Sleep(lasts)
		}
		time.Sleep(time.Hour)
		_, err := convert(t.Context(), r, "a", false)
		require.ErrorIs(t, err, document.ErrTooComplex)
		_, err = convert(t.Context(), r, "a", false)
		require.ErrorIs(t, err, render.Pause{Left: 15 * time.Second}, "an old pause is forgotten")
	})
}
