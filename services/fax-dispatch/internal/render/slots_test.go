package render_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
)

// converterFunc is a fake converter.
type converterFunc func(ctx context.Context) ([]byte, error)

func (c converterFunc) PDF(ctx context.Context, _ []byte, _ document.Type, _ document.Sheet, _ time.Duration) ([]byte, error) {
	return c(ctx)
}

func (converterFunc) AtOnce() int { return 2 }

func none(document.Page) error { return nil }

// Other accounts hold all slots when the document comes back from its conversion, and its sender cancels.
func TestCancellingDuringAConversionReleasesEverySlot(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	var others sync.WaitGroup
	var r *render.Renderer
	r = render.New(nil, converterFunc(func(context.Context) ([]byte, error) {
		var drawing sync.WaitGroup
		for i := range render.MaxWorkers() {
			drawing.Add(1)
			others.Go(func() {
				_, err := r.Render(t.Context(), render.Owner{Account: strconv.Itoa(i)}, func(context.Context) ([]byte, error) {
					drawing.Done()
					<-release
					return nil, nil
				}, document.Job{}, none)
				if err == nil {
					t.Error("nothing was drawn")
				}
			})
		}
		drawing.Wait()
		cancel()
		return []byte("%PDF-"), nil
	}))
	load := func(context.Context) ([]byte, error) { return []byte("<html>"), nil }
	_, err := r.Render(ctx, render.Owner{Account: "mine"}, load, document.Job{}, none)
	require.ErrorIs(t, err, context.Canceled)
	close(release)
	others.Wait()
	_, err = r.Render(t.Context(), render.Owner{Account: "mine"}, func(context.Context) ([]byte, error) { return nil, nil }, document.Job{}, none)
	require.ErrorIs(t, err, document.ErrEmpty, "all slots are free again")
}
