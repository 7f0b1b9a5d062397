package media_test

import (
	"bytes"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/media"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/documents"
)

func store(t testing.TB) (*documents.Store, string) {
	t.Helper()
	dir := t.TempDir()
	opened, err := documents.Open(t.Context(), "file://"+dir+"?create_dir=true&metadata=skip&no_tmp_dir=true", make([]byte, 32))
	require.NoError(t, err)
	t.Cleanup(func() { _ = opened.Close() })
	return opened, dir
}

func files(t testing.TB, dir string) (count int) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			count++
		}
		return err
	}))
	return count
}

func read(t testing.TB, to *documents.Store, body string) (*media.Form, error) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	return media.Read(t.Context(), r, to)
}

func part(header, content string) string { return "--b\r\n" + header + "\r\n\r\n" + content + "\r\n" }

const (
	aField = `Content-Disposition: form-data; name="to"`
	aFile  = `Content-Disposition: form-data; name="file"; filename="f"`
)

func TestMalformedPartHeadersAreMalformedRequests(t *testing.T) {
	to, dir := store(t)
	for name, header := range map[string]string{
		"NUL": "Content-Disposition: form-data; name=\"file\"; filename=\"a\x00b\"", "no colon": "nonsense",
		"many": strings.Repeat("X: y\r\n", 20_000) + "Z: z", "long": "X: " + strings.Repeat("y", 11<<20),
	} {
		_, err := read(t, to, part(aFile, "before")+part(header, "x")+"--b--\r\n")
		require.ErrorIs(t, err, apierror.New(apierror.MalformedRequest), name)
		require.Zero(t, files(t, dir), name)
	}
}

func TestFilesAreBoundedTogether(t *testing.T) {
	to, dir := store(t)
	half := strings.Repeat("x", media.MaxFileBytes/2)
	form, err := read(t, to, part(aFile, half)+part(aFile, half)+"--b--\r\n")
	require.NoError(t, err)
	require.NoError(t, form.Discard(t.Context()))
	_, err = read(t, to, part(aFile, half)+part(aFile, half+"x")+"--b--\r\n")
	require.ErrorIs(t, err, apierror.New(apierror.PayloadTooLarge))
	require.Zero(t, files(t, dir))
}

func FuzzFormIsReadOrRefusedAndLeavesNothing(f *testing.F) {
	for _, seed := range []string{
		part(aField, "+15005550001") + part(aFile, "hello") + "--b--\r\n", part(aField, "1") + part(aField, "2") + "--b--", "--b--", "",
		part(`Content-Disposition: form-data; name="tags[a]"`, "b") + part(aFile, "") + "--b--\r\n", part("X: y", "z") + "--b", "\r\n--b\r\n\r\n",
		part(`Content-Disposition: form-data; name*=UTF-8''%00to`, "x") + "--b--\r\n", part("Content-Transfer-Encoding: quoted-printable\r\n"+aFile, "=") + "--b--",
	} {
		f.Add(seed)
	}
	to, dir := store(f)
	f.Fuzz(func(t *testing.T, body string) {
		form, err := read(t, to, body)
		if err != nil {
			require.NotEqual(t, apierror.InternalError, apierror.CodeOf(err), "%v", err)
			require.Zero(t, files(t, dir))
			return
		}
		var size int64
		for _, file := range form.Files() {
			size += file.Size
		}
		require.LessOrEqual(t, size, int64(media.MaxFileBytes))
		require.Equal(t, len(form.Files()), files(t, dir))
		require.True(t, bytes.Contains([]byte(body), []byte("--b--")))
		require.NoError(t, form.Discard(t.Context()))
		require.Zero(t, files(t, dir))
	})
}
