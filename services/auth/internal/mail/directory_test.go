package mail_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/auth/internal/mail"
)

const from = "mintfax <no-reply@mintfax.example>"

func TestMailsAreCompletePrivateFilesInOrder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "mail")
	sender, err := mail.NewDirectory(dir, from)
	require.NoError(t, err)
	for i := range 20 {
		m := mail.Message{To: "dev@example.com", Subject: "Your code", Text: fmt.Sprintf("Hello.\n\nYour code: %06d\n", i)}
		require.NoError(t, sender.Send(t.Context(), m))
	}
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 20)
	for i, file := range files { // ReadDir sorts by name
		require.Equal(t, ".eml", filepath.Ext(file.Name()))
		info, err := file.Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		text, err := os.ReadFile(filepath.Join(dir, file.Name()))
		require.NoError(t, err)
		require.Contains(t, string(text), fmt.Sprintf("\r\nYour code: %06d\r\n", i), "the code is on a line of its own")
		require.Contains(t, string(text), "To: <dev@example.com>\r\n")
	}
}

func TestConcurrentMailsDoNotOverwriteEachOther(t *testing.T) {
	dir := t.TempDir()
	sender, err := mail.NewDirectory(dir, from)
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if err := sender.Send(t.Context(), mail.Message{To: "dev@example.com", Subject: "s", Text: "t"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 50)
}

func TestARecipientCannotInjectAHeaderAndIsNotInTheError(t *testing.T) {
	dir := t.TempDir()
	sender, err := mail.NewDirectory(dir, from)
	require.NoError(t, err)
	err = sender.Send(t.Context(), mail.Message{To: "victim@example.com\r\nBcc: other@example.com", Subject: "s", Text: "t"})
	require.Error(t, err)
	require.NotContains(t, err.Error(), "victim")
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, files)
}

func TestADirectoryThatCannotBeCreatedIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := mail.NewDirectory(filepath.Join(file, "mail"), from)
	require.ErrorContains(t, err, "MAIL_DIR")
}

func TestAnInvalidSenderAddressIsRejected(t *testing.T) {
	require.NoError(t, mail.CheckFrom(from))
	for _, bad := range []string{"", "nobody", strings.Repeat("a", 10) + "@"} {
		require.ErrorContains(t, mail.CheckFrom(bad), "MAIL_FROM", "%q", bad)
	}
}
