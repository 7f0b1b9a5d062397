package render_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// A fake poppler draws only if it can do what a document that has taken poppler over would attempt.
func TestACompromisedToolReachesNoSecretAndNoNetwork(t *testing.T) {
	if !sandbox.Supported() {
		t.Fatal("this kernel has no Landlock: run the tests on Linux 5.13 or newer with Landlock on")
	}
	poppler := rendertest.Installed(t, document.PopplerDraw, "poppler-utils")
	secret := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(secret, []byte("x"), 0o600))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	program := rendertest.Worker(t, render.Worker)
	draws := func(condition string) error {
		drawer := filepath.Join(t.TempDir(), "drawer")
		script := fmt.Sprintf("#!/bin/bash\nif %s; then exec %s \"$@\"; fi", condition, poppler)
		require.NoError(t, os.WriteFile(drawer, []byte(script), 0o600))
		require.NoError(t, os.Chmod(drawer, 0o700))
		r := render.New(render.NewWorkerPool(program, document.Programs{PDF: drawer, Info: rendertest.Programs(t).Info}, 1), converterFunc(nil))
		_, _, err := rendertest.Pages(t.Context(), r, rendertest.TextPDF(1), faxpage.Fine)
		return err
	}
	require.NoError(t, draws("true"))
	for what, condition := range map[string]string{
		"documents": "cat " + secret, "our environment": fmt.Sprintf("cat /proc/%d/environ", os.Getpid()),
		"its parent's memory": "head -c 1 /proc/$PPID/mem", "other processes": "ls /proc/1",
		"the network": "exec 3<>/dev/tcp/127.0.0.1/" + listener.Addr().String()[len("127.0.0.1:"):],
		"files":       "touch " + secret + ".new", "signals": fmt.Sprintf("kill -0 %d", os.Getpid()),
	} {
		require.ErrorIs(t, draws(condition+" >/dev/null"), document.ErrDamaged, what)
	}
}
