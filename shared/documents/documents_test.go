package documents_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
	"github.com/mintfax/mintfax/shared/ids"
)

const large = 1 << 20

type storage struct {
	*documents.Store
	dir string
	key []byte
}

func open(t *testing.T) storage {
	s := storage{dir: t.TempDir(), key: make([]byte, 32)}
	rand.Read(s.key)
	s.Store = reopen(t, s, s.key)
	return s
}

func reopen(t *testing.T, s storage, key []byte) *documents.Store {
	store, err := documents.Open(t.Context(), "file://"+s.dir+"?create_dir=true&metadata=skip&no_tmp_dir=true", key)
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	return store
}

func (s storage) stage(t *testing.T, content []byte) contract.StagedFile {
	file, err := s.Stage(t.Context(), bytes.NewReader(content), large)
	require.NoError(t, err)
	return file
}

func (s storage) files(t *testing.T) []string {
	var found []string
	require.NoError(t, filepath.WalkDir(s.dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found = append(found, path)
		}
		return err
	}))
	return found
}

func readAll(r io.ReadCloser, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func TestStagedAndKeptDocumentsRoundTrip(t *testing.T) {
	s := open(t)
	for _, size := range []int{0, 1, 64 << 10, 64<<10 + 1, 300_000} {
		content := bytes.Repeat([]byte("m"), size)
		file := s.stage(t, content)
		digest := sha256.Sum256(content)
		require.Equal(t, digest[:], file.SHA256)
		require.EqualValues(t, size, file.Size)
		require.True(t, ids.Valid(ids.Document, file.ID))

		got, err := readAll(s.ReadStaged(t.Context(), file))
		require.NoError(t, err, "%d bytes", size)
		require.True(t, bytes.Equal(content, got))
		_, err = readAll(s.Read(t.Context(), file))
		require.ErrorIs(t, err, documents.ErrNotFound, "staged is not kept")

		require.NoError(t, s.Keep(t.Context(), file.ID))
		require.NoError(t, s.Keep(t.Context(), file.ID), "keeping again does nothing")
		got, err = readAll(s.Read(t.Context(), file))
		require.NoError(t, err)
		require.True(t, bytes.Equal(content, got))
		_, err = readAll(s.ReadStaged(t.Context(), file))
		require.ErrorIs(t, err, documents.ErrNotFound, "kept is not staged")
	}
}

func TestPlainBytesNeverReachTheDisk(t *testing.T) {
	s := open(t)
	secret := []byte("Patient: Jane Roe, diagnosis confidential.")
	s.stage(t, bytes.Repeat(secret, 100))
	require.NoError(t, s.Keep(t.Context(), s.stage(t, secret).ID))
	files := s.files(t)
	require.Len(t, files, 2)
	for _, path := range files {
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NotContains(t, string(raw), "Jane")
	}
}

func TestSameDocumentEncryptsDifferently(t *testing.T) {
	s := open(t)
	s.stage(t, []byte("same"))
	s.stage(t, []byte("same"))
	files := s.files(t)
	a, err := os.ReadFile(files[0])
	require.NoError(t, err)
	b, err := os.ReadFile(files[1])
	require.NoError(t, err)
	require.NotEqual(t, a, b)
}

func TestTamperingIsDetected(t *testing.T) {
	s := open(t)
	file := s.stage(t, bytes.Repeat([]byte("page "), 40_000)) // several packages
	path := s.files(t)[0]
	original, err := os.ReadFile(path)
	require.NoError(t, err)

	changes := map[string]func([]byte) []byte{
		"a flipped bit":        func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"a flipped header bit": func(b []byte) []byte { b[5] ^= 1; return b },
		"cut in a package":     func(b []byte) []byte { return b[:len(b)-7] },
		"cut between packages": func(b []byte) []byte { return b[:65536+32] },
		"cut to nothing":       func([]byte) []byte { return nil },
		"something appended":   func(b []byte) []byte { return append(b, b[:200]...) },
	}
	for name, change := range changes {
		require.NoError(t, os.WriteFile(path, change(bytes.Clone(original)), 0o600))
		_, err := readAll(s.ReadStaged(t.Context(), file))
		require.ErrorIs(t, err, documents.ErrDamaged, name)
	}
}

func TestFileDoesNotDecryptWithAnotherKey(t *testing.T) {
	s := open(t)
	mine, other := s.stage(t, []byte("mine")), s.stage(t, []byte("other"))

	swapped := mine
	swapped.WrappedKey = other.WrappedKey
	_, err := readAll(s.ReadStaged(t.Context(), swapped))
	require.ErrorIs(t, err, documents.ErrDamaged, "a wrapped key belongs to one id")

	wrong := bytes.Clone(s.key)
	wrong[0] ^= 1
	_, err = readAll(reopen(t, s, wrong).ReadStaged(t.Context(), mine))
	require.ErrorIs(t, err, documents.ErrDamaged, "another document key")

	_, err = documents.Open(t.Context(), "file://"+s.dir, []byte("short"))
	require.Error(t, err)
}

func TestOversizedOrInterruptedUploadLeavesNothing(t *testing.T) {
	s := open(t)
	_, err := s.Stage(t.Context(), bytes.NewReader(make([]byte, large+1)), large)
	require.True(t, apierror.Has(err, apierror.PayloadTooLarge))
	require.Empty(t, s.files(t))

	hangUp := errors.New("the client hung up")
	_, err = s.Stage(t.Context(), io.MultiReader(bytes.NewReader(make([]byte, 200_000)), iotest.ErrReader(hangUp)), large)
	require.ErrorIs(t, err, hangUp)
	require.Empty(t, s.files(t))

	_, err = s.Stage(t.Context(), bytes.NewReader(make([]byte, large)), large)
	require.NoError(t, err, "exactly the limit is not over it")
}

func TestSweepDeletesOnlyExpiredUploads(t *testing.T) {
	s := open(t)
	old, fresh, keptOne := s.stage(t, []byte("old")), s.stage(t, []byte("fresh")), s.stage(t, []byte("kept"))
	require.NoError(t, s.Keep(t.Context(), keptOne.ID))
	past := time.Now().Add(-2 * time.Hour)
	for _, path := range s.files(t) {
		if filepath.Base(path) != fresh.ID {
			require.NoError(t, os.Chtimes(path, past, past))
		}
	}
	swept, err := s.SweepStaging(t.Context(), time.Hour)
	require.NoError(t, err)
	require.Equal(t, 1, swept)
	_, err = readAll(s.ReadStaged(t.Context(), old))
	require.ErrorIs(t, err, documents.ErrNotFound)
	_, err = readAll(s.ReadStaged(t.Context(), fresh))
	require.NoError(t, err)
	_, err = readAll(s.Read(t.Context(), keptOne))
	require.NoError(t, err)
}

func TestDeletingAMissingDocumentSucceeds(t *testing.T) {
	s := open(t)
	file := s.stage(t, []byte("x"))
	require.NoError(t, s.Keep(t.Context(), file.ID))
	require.NoError(t, s.DeleteStaged(t.Context(), file.ID))
	require.NoError(t, s.Delete(t.Context(), file.ID))
	require.NoError(t, s.Delete(t.Context(), file.ID))
	require.ErrorIs(t, s.Keep(t.Context(), file.ID), documents.ErrNotFound)
	require.Empty(t, s.files(t))
}

func TestInvalidDocumentIDsAreRejected(t *testing.T) {
	s := open(t)
	_, err := s.Read(t.Context(), contract.StagedFile{ID: "../../etc/passwd"})
	require.Error(t, err)
}
