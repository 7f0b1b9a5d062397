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

// gated plays LibreOffice: it writes its process id into its directory, which a pattern finds, and ends when it is let go.
func gated(t *testing.T) (program, started, letGo string) {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	program = script(t, `echo $$ >started; while [ ! -e "$(dirname "$0")/let-go" ]; do sleep 0.05; done`)
	return program, filepath.Join(os.TempDir(), "*", "started"), filepath.Join(filepath.Dir(program), "let-go")
}

func TestAnOverloadedConverterSendsAwayAtOnceAndRecovers(t *testing.T) {
	program, _, letGo := gated(t)
	converter := office.NewRemote(serve(t, program), self(t), 1)
	const asked = 30
	answers := make(chan error, asked)
	for range asked {
		go func() {
			_, err := converter.PDF(t.Context(), rendertest.DOCX("x"), document.DOCX, document.Letter, office.CPU)
			answers <- err
		}()
	}
	var refused int
	for ; refused < asked-8; refused++ { // while those that have a place are held up
		select {
		case err := <-answers:
			requireUnavailable(t, err, "one too many")
		case <-time.After(patience):
			t.Fatal("who has no place waits")
		}
	}
	require.NoError(t, os.WriteFile(letGo, nil, 0o600))
	for range asked - refused {
		require.ErrorIs(t, <-answers, document.ErrDamaged, "it made no file of what it had taken")
	}
	_, err := converter.PDF(t.Context(), rendertest.DOCX("x"), document.DOCX, document.Letter, office.CPU)
	require.ErrorIs(t, err, document.ErrDamaged, "its places are free again")
}

// Whoever sent the document has given up: nothing must go on working for nobody.
func TestAConversionEndsWithItsAsker(t *testing.T) {
	program, started, _ := gated(t)
	converter := office.NewRemote(serve(t, program), self(t), 1)
	ctx, giveUp := context.WithCancel(t.Context())
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
	}, patience, 10*time.Millisecond)
	giveUp()
	requireUnavailable(t, <-ended, "given up")
	require.Eventually(t, func() bool {
		_, err := os.Stat(filepath.Join("/proc", process[:len(process)-1]))
		return errors.Is(err, os.ErrNotExist)
	}, patience, 10*time.Millisecond, "it goes on")
}
