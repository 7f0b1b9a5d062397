package erasure_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/erasure"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxtest"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestADocumentThatStorageCannotDeleteDelaysNoOther(t *testing.T) {
	b, storage := faxtest.New(t), faxtest.NewStorage(t)
	faxes := b.Submissions(t, storage)
	erased := erasure.New(erasure.NewStore(b.DB), storage.Store, prometheus.NewRegistry())
	var sent []string
	for range 3 {
		accepted, err := faxes.Submit(t.Context(), contract.SubmitFaxRequest{
			Tenant: b.Sandbox, To: "+15005550001", Files: []contract.StagedFile{storage.Upload(t, "Hello.")},
		})
		require.NoError(t, err)
		sent = append(sent, accepted.Fax.ID)
	}
	b.Exec(t, `UPDATE fax.faxes SET status = 'delivered', completed_at = now()`)
	restore := keep(t, b, storage, sent[0])

	for _, fax := range sent {
		_, err := erased.Delete(t.Context(), contract.GetFaxRequest{Tenant: b.Sandbox, ID: fax})
		require.NoError(t, err, "it is erased: the key is forgotten")
	}
	require.Equal(t, 1, b.Count(t, "fax.documents", "true"))
	require.Equal(t, 1, b.Count(t, "fax.documents", "delete_attempts = 1 AND delete_after > now() + interval '20 seconds'"))
	require.NoError(t, erased.Sweep(t.Context()), "it is not due yet")
	b.Exec(t, `UPDATE fax.documents SET delete_after = now()`)
	require.Error(t, erased.Sweep(t.Context()))
	require.Equal(t, 1, b.Count(t, "fax.documents", "delete_attempts = 2"))

	restore()
	b.Exec(t, `UPDATE fax.documents SET delete_after = now()`)
	require.NoError(t, erased.Sweep(t.Context()))
	require.Zero(t, b.Count(t, "fax.documents", "true"))
	require.Zero(t, storage.Files(t, "documents"))
}

// keep makes the document of a fax one that cannot be deleted, until the returned function is called.
func keep(t *testing.T, b *faxtest.Bench, storage faxtest.Storage, fax string) (restore func()) {
	t.Helper()
	var id string
	b.Scan(t, &id, `SELECT id FROM fax.documents WHERE fax_id = ?`, fax)
	root := strings.TrimPrefix(strings.SplitN(storage.URL, "?", 2)[0], "file://")
	var path string
	require.NoError(t, filepath.WalkDir(filepath.Join(root, "documents"), func(at string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.Contains(at, id) {
			path = at
		}
		return err
	}))
	require.NotEmpty(t, path)
	require.NoError(t, os.Rename(path, path+".aside"))
	require.NoError(t, os.MkdirAll(filepath.Join(path, "not empty"), 0o700))
	return func() {
		require.NoError(t, os.RemoveAll(path))
		require.NoError(t, os.Rename(path+".aside", path))
	}
}
