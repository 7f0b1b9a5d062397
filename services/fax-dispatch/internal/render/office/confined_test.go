package office_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
)

// A fake LibreOffice lists in its PDF file what it could do.
func TestACompromisedLibreOfficeReachesNoSecretAndNoNetwork(t *testing.T) {
	if !sandbox.Supported() {
		t.Fatal("this kernel has no Landlock: run the tests on Linux 5.13 or newer with Landlock on")
	}
	stored := filepath.Join(t.TempDir(), "document")
	require.NoError(t, os.WriteFile(stored, []byte("a fax of another account"), 0o600))
	program := filepath.Join(t.TempDir(), "soffice")
	require.NoError(t, os.WriteFile(program, []byte(`#!/bin/bash
mkdir out
{
	cat /proc/$PPID/environ >/dev/null 2>&1 && echo environment
	head -c 1 /proc/$PPID/mem >/dev/null 2>&1 && echo memory
	cat `+stored+` 2>/dev/null && echo documents
	echo x 2>/dev/null >`+stored+`.new && echo writes
	echo x 2>/dev/null >/tmp/mintfax-taken-over && echo files
	(exec 3<>/dev/tcp/127.0.0.1/22) 2>&1 | grep -q refused && echo network
	kill -0 $PPID 2>/dev/null && echo signals
	echo done
} >out/document.pdf
`), 0o600))
	require.NoError(t, os.Chmod(program, 0o700))
	converter, err := office.NewLocal(rendertest.Worker(t, office.Worker), program)
	require.NoError(t, err)
	report, err := converter.PDF(t.Context(), rendertest.DOCX("x"), document.DOCX, document.Letter, office.CPU)
	require.NoError(t, err)
	require.Equal(t, "done\n", string(report))
}

// What the service reads after LibreOffice has ended, it reads with its own rights.
func TestACompromisedLibreOfficeCannotHaveTheServiceReadForIt(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "document")
	require.NoError(t, os.WriteFile(secret, []byte("a fax of another account"), 0o600))
	for name, makes := range map[string]string{"a link": "ln -s " + secret + " out/document.pdf", "a pipe": "mkfifo out/document.pdf"} {
		converter, err := office.NewLocal(rendertest.Worker(t, office.Worker), script(t, "mkdir out; "+makes))
		require.NoError(t, err)
		pdf, err := converter.PDF(t.Context(), rendertest.DOCX("x"), document.DOCX, document.Letter, office.CPU)
		require.ErrorIs(t, err, document.ErrDamaged, name)
		require.Empty(t, pdf, name)
	}
}
