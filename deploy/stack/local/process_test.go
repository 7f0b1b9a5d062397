package local_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack/local"
)

func shell(t *testing.T, script string) local.Spec {
	t.Helper()
	dir := t.TempDir()
	return local.Spec{
		Path: "/bin/sh", Args: []string{"-c", script}, Env: []string{"PATH=" + os.Getenv("PATH")},
		Dir: dir, Log: filepath.Join(dir, "log"), Mark: local.MarkOf(dir),
	}
}

func TestSweepEndsDaemonsThatHaveLeftTheirFamily(t *testing.T) {
	spec := shell(t, "setsid sh -c 'setsid sleep 600 & sleep 600' & sleep 600 & exit 0")
	child, err := local.Start(spec)
	require.NoError(t, err)
	<-child.Done()
	require.Eventually(t, func() bool {
		left, err := spec.Mark.Find()
		return err == nil && len(left) == 4 // the inner shell and three times sleep
	}, 10*time.Second, 10*time.Millisecond)
	count, err := spec.Mark.Sweep(t.Context())
	require.NoError(t, err)
	require.Equal(t, 4, count)
	left, err := spec.Mark.Find()
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestSweepLeavesOtherStacksAlone(t *testing.T) {
	spec := shell(t, "sleep 600")
	child, err := local.Start(spec)
	require.NoError(t, err)
	count, err := local.MarkOf(t.TempDir()).Sweep(t.Context())
	require.NoError(t, err)
	require.Zero(t, count)
	require.NoError(t, child.Signal(syscall.Signal(0)))
	require.NoError(t, child.Stop(10*time.Second))
}

func TestStopKillsWhatDoesNotListen(t *testing.T) {
	spec := shell(t, "trap '' TERM; echo deaf; while true; do sleep 1; done")
	child, err := local.Start(spec)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(spec.Log)
		return err == nil && strings.Contains(string(text), "deaf")
	}, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, child.Stop(100*time.Millisecond))
	require.ErrorContains(t, child.Err(), "killed")
}

func TestAwaitReadyTellsWhyAProgramEnded(t *testing.T) {
	spec := shell(t, "echo no such database; exit 3")
	supervisor := keep(t, spec, 1, func(context.Context) error { return errors.New("not yet") })
	err := supervisor.AwaitReady(t.Context())
	require.ErrorContains(t, err, "exit status 3")
	require.ErrorContains(t, err, "no such database")
	require.ErrorContains(t, err, spec.Log)
}

func TestAwaitReadyHasALimitAndSaysWhatItWaitedFor(t *testing.T) {
	supervisor := keep(t, shell(t, "sleep 600"), 1, func(context.Context) error { return errors.New("no answer") })
	err := supervisor.AwaitReady(t.Context())
	require.ErrorContains(t, err, "the program was not ready within 1s: no answer")
}

func keep(t *testing.T, spec local.Spec, tries int, ready func(context.Context) error) *local.Supervisor {
	t.Helper()
	supervisor := local.Supervise(t.Context(), local.Program{
		Name: "the program", StartLimit: time.Second, StopLimit: 10 * time.Second, MaxFailures: tries, Ready: ready,
		Spec: func(context.Context) (local.Spec, error) { return spec, nil },
	}, func(line string) { t.Log(line) })
	t.Cleanup(supervisor.Stop)
	return supervisor
}

func TestTakenPortIsReplacedByAFreeOne(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	_, text, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	taken, err := strconv.Atoi(text)
	require.NoError(t, err)
	var ports local.Ports
	first, err := ports.Take(t.Context(), taken)
	require.NoError(t, err)
	require.NotEqual(t, taken, first)
	second, err := ports.Take(t.Context(), first)
	require.NoError(t, err)
	require.NotEqual(t, first, second, "handed out twice")

	var others local.Ports // of another instance that starts meanwhile
	third, err := others.Take(t.Context(), first)
	require.NoError(t, err)
	require.NotEqual(t, first, third, "reserved, although nothing listens yet")
	ports.Release()
	fourth, err := others.Take(t.Context(), first)
	require.NoError(t, err)
	require.Equal(t, first, fourth)
}
