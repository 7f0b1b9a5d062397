package office_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
)

// gated is a fake LibreOffice: it writes its process id to a file that the pattern started matches, and ends once the file
// letGo exists.
func gated(t *testing.T) (program, started, letGo string) {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	program = script(t, `echo $$ >started; while [ ! -e "$(dirname "$0")/let-go" ]; do sleep 0.05; done`)
	return program, filepath.Join(os.TempDir(), "*", "started"), filepath.Join(filepath.Dir(program), "let-go")
}

func TestAnOverloadedConverterRejectsAtOnceAndRecovers(t *testing.T) {
	program, _, letGo := gated(t)
	converter := office.NewRemote(serve(t, program), rendertest.Worker(t, office.Worker), 1)
	const requests = 30
	answers := make(chan error, requests)
	for range requests {
		go func() {
			_, err := converter.PDF(t.Context(), rendertest.DOCX("x"), document.DOCX, document.Letter, office.CPU)
			answers <- err
		}()
	}
	var refused int
	for ; refused < requests-8; refused++ { // while the accepted ones are held up
		select {
		case err := <-answers:
			requireUnavailable(t, err, "rejected")
		case <-time.After(timeout):
			t.Fatal("a rejected request waits")
		}
	}
	require.NoError(t, os.WriteFile(letGo, nil, 0o600))
	for range requests - refused {
		require.ErrorIs(t, <-answers, document.ErrDamaged, "the fake makes no PDF file")
	}
	_, err := converter.PDF(t.Context(), rendertest.DOCX("x"), document.DOCX, document.Letter, office.CPU)
	require.ErrorIs(t, err, document.ErrDamaged, "its slots are free again")
}

func TestAConversionEndsWhenItsClientCancels(t *testing.T) {
	program, started, _ := gated(t)
	converter := office.NewRemote(serve(t, program), rendertest.Worker(t, office.Worker), 1)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := converter.PDF(ctx, rendertest.DOCX("x"), document.DOCX, document.Letter, office.CPU)
		ended <- err
	}()
	var process string
	require.Eventually(t, func() bool {
		found, err := filepath.Glob(started)
		if err != nil || len(found) == 0 {
			return false
		}
		text, err := os.ReadFile(found[0])
		process = string(text)
		return err == nil && len(process) > 1 && process[len(process)-1] == '\n'
	}, timeout, 10*time.Millisecond)
	cancel()
	requireUnavailable(t, <-ended, "cancelled")
	require.Eventually(t, func() bool {
		_, err := os.Stat(filepath.Join("/proc", process[:len(process)-1]))
		return errors.Is(err, os.ErrNotExist)
	}, timeout, 10*time.Millisecond, "it still runs")
}
