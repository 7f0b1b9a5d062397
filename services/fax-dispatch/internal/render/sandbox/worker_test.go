package sandbox

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
)

// shell is a worker that runs a script instead of this program.
func shell(ctx context.Context, script string) *exec.Cmd {
	return Command(ctx, "/bin/bash", "-c", "PATH=/usr/bin:/bin; "+script)
}

func readAll(out io.Reader) error {
	_, err := io.Copy(io.Discard, out)
	return err
}

// os/exec copies by io.Copy, which prefers a ReadFrom over Write.
func TestAHeadKeepsNoMoreThanItsLimitOfAProcess(t *testing.T) {
	head := NewHead(500)
	command := exec.Command("/bin/bash", "-c", "head -c 10000000 /dev/zero >&2")
	command.Stderr = head
	require.NoError(t, command.Run())
	require.Len(t, head.String(), 500)
}

func TestHowAWorkerEndsDecidesWhatIsSaidAboutTheDocument(t *testing.T) {
	for script, want := range map[string]error{
		"exit 0":                                 nil,
		"exit 2":                                 document.ErrDamaged, // as the Go runtime does in a panic
		"kill -SEGV $$":                          document.ErrDamaged,
		"exit 3":                                 document.ErrTooComplex,
		"ulimit -S -t 1; for ((;;)); do :; done": document.ErrTooComplex,
	} {
		require.ErrorIs(t, Run(t.Context(), shell(t.Context(), script), nil, readAll), want, script)
	}
	err := Run(t.Context(), shell(t.Context(), "echo our fault >&2; exit 1"), nil, readAll)
	require.ErrorContains(t, err, "our fault")
	require.NotErrorAs(t, err, new(document.Refusal))
}

func TestARefusalOfTheReaderKillsTheWorkerAndWhatItHasStarted(t *testing.T) {
	var descendant string
	err := Run(t.Context(), shell(t.Context(), "sleep 600 & echo $!; wait"), nil, func(out io.Reader) (err error) {
		descendant, err = bufio.NewReader(out).ReadString('\n')
		require.NoError(t, err)
		return document.ErrTooLarge
	})
	require.ErrorIs(t, err, document.ErrTooLarge)
	require.Eventually(t, func() bool { return ended(descendant) }, 10*time.Second, 10*time.Millisecond)
}

// ended reports whether a process is gone or a zombie.
func ended(process string) bool {
	status, err := os.ReadFile("/proc/" + strings.TrimSpace(process) + "/status")
	return err != nil || strings.Contains(string(status), "State:\tZ")
}

func TestACancelledContextSaysNothingAboutTheDocument(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	err := Run(ctx, shell(ctx, "exec sleep 600"), nil, func(out io.Reader) error {
		cancel()
		return readAll(out)
	})
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorAs(t, err, new(document.Refusal))
}
