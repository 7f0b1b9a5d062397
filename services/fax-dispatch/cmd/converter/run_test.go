package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
	"github.com/mintfax/mintfax/shared/runner"
)

// TestMain lets the test binary start itself again, as the converter does.
func TestMain(m *testing.M) {
	started, err := office.Process(os.Args)
	if !started {
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// timeout allows for a loaded machine: LibreOffice runs once before the converter is ready.
const timeout = time.Minute

func setEnv(t *testing.T) (address string) {
	t.Helper()
	free := func() string {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer listener.Close()
		return listener.Addr().String()
	}
	address = free()
	t.Setenv("HTTP_ADDR", address)
	t.Setenv("INTERNAL_ADDR", free())
	return address
}

func TestTheConverterConvertsUntilItIsStopped(t *testing.T) {
	rendertest.Installed(t, office.Program, "libreoffice-writer-nogui libreoffice-calc-nogui")
	address := setEnv(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	require.Eventually(t, func() bool { return runner.Healthcheck(t.Context()) == nil }, timeout, 100*time.Millisecond)
	program := rendertest.Worker(t, office.Worker)
	pdf, err := office.NewRemote("http://"+address, program, 1).PDF(t.Context(), rendertest.DOCX("Hello."), document.DOCX, document.Letter, office.CPU)
	require.NoError(t, err)
	require.Equal(t, "%PDF-", string(pdf[:5]))
	stop()
	require.NoError(t, <-ended)
}

func TestAConverterThatCannotConvertDoesNotStart(t *testing.T) {
	setEnv(t)
	t.Setenv("PATH", t.TempDir())
	require.ErrorContains(t, run(t.Context()), "find LibreOffice")

	broken := filepath.Join(os.Getenv("PATH"), office.Program)
	require.NoError(t, os.WriteFile(broken, []byte("#!/bin/sh\nexit 1\n"), 0o600))
	require.NoError(t, os.Chmod(broken, 0o700))
	require.ErrorContains(t, run(t.Context()), "self-test")
}
