package runner_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/runner"
)

const patience = 10 * time.Second

type running struct {
	url   string
	stop  func()
	ended chan error
}

func run(t *testing.T, prepare func(r *runner.Runner)) running {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	r := runner.New(slog.New(slog.DiscardHandler), address)
	prepare(r)
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	s := running{url: "http://" + address, stop: cancel, ended: make(chan error, 1)}
	go func() { s.ended <- r.Run(ctx) }()
	require.Eventually(t, func() bool { return s.status("/healthz") == http.StatusOK }, patience, time.Millisecond)
	return s
}

func (s running) status(path string) int {
	response, err := http.Get(s.url + path)
	if err != nil {
		return 0
	}
	response.Body.Close()
	return response.StatusCode
}

func untilDone(ctx context.Context) error { <-ctx.Done(); return nil }

func TestReadinessFailsWhileTheServiceLingersAndItsPartsStillWork(t *testing.T) {
	var stopped atomic.Bool
	left := make(chan struct{})
	s := run(t, func(r *runner.Runner) {
		r.Go("part", func(ctx context.Context) error { <-ctx.Done(); stopped.Store(true); return nil })
		r.Linger(300*time.Millisecond, func() { close(left) })
	})
	require.Equal(t, http.StatusOK, s.status("/readyz"))
	s.stop()
	<-left
	require.Equal(t, http.StatusServiceUnavailable, s.status("/readyz"))
	require.False(t, stopped.Load())
	require.NoError(t, <-s.ended)
	require.True(t, stopped.Load())
}

func TestPartsFinishTheirWorkBeforeClosersRun(t *testing.T) {
	var finished, closedAfter atomic.Bool
	s := run(t, func(r *runner.Runner) {
		r.Go("part", func(ctx context.Context) error {
			<-ctx.Done()
			time.Sleep(50 * time.Millisecond)
			finished.Store(true)
			return nil
		})
		r.Close("resource", func() error { closedAfter.Store(finished.Load()); return nil })
	})
	s.stop()
	require.NoError(t, <-s.ended)
	require.True(t, closedAfter.Load())
}

func TestAPartThatFailsEndsTheServiceAtOnce(t *testing.T) {
	broken := errors.New("broken")
	s := run(t, func(r *runner.Runner) {
		r.Go("part", func(context.Context) error { time.Sleep(50 * time.Millisecond); return broken })
		r.Go("other", untilDone)
		r.Linger(time.Hour, func() { t.Error("a broken service has no reason to linger") })
	})
	require.ErrorIs(t, <-s.ended, broken)
}

func TestAPartThatReturnsByItselfIsAFailure(t *testing.T) {
	s := run(t, func(r *runner.Runner) {
		r.Go("part", func(context.Context) error { time.Sleep(50 * time.Millisecond); return nil })
	})
	require.ErrorContains(t, <-s.ended, "ended by itself")
}

func TestAPartThatCouldNotFinishItsWorkFailsTheService(t *testing.T) {
	s := run(t, func(r *runner.Runner) {
		r.Go("well", untilDone)
		r.Go("canceled", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		r.Go("drain", func(ctx context.Context) error { <-ctx.Done(); return errors.New("a message was not finished") })
	})
	s.stop()
	err := <-s.ended
	require.ErrorContains(t, err, "drain: a message was not finished")
	require.NotContains(t, err.Error(), "canceled")
}

func TestAPartThatPanicsStopsTheServiceInOrder(t *testing.T) {
	closed, panics := make(chan struct{}), make(chan struct{})
	s := run(t, func(r *runner.Runner) {
		r.Go("well", untilDone)
		r.Go("broken", func(context.Context) error { <-panics; panic("a fault of ours") })
		r.Close("thing", func() error { close(closed); return nil })
	})
	close(panics)
	require.ErrorContains(t, <-s.ended, "broken: panic: a fault of ours")
	<-closed
}

func TestProfilesAreServedOnlyWhenASettingSaysSo(t *testing.T) {
	s := run(t, func(r *runner.Runner) { r.Go("part", untilDone) })
	require.Equal(t, http.StatusNotFound, s.status("/debug/pprof/"))
	t.Setenv("PPROF", "true")
	s = run(t, func(r *runner.Runner) { r.Go("part", untilDone) })
	require.Equal(t, http.StatusOK, s.status("/debug/pprof/"))
}
