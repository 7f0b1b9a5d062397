package documents_test

import (
	"bytes"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/documents"
)

// bucket is a store on a fake S3 bucket, and the content of the bucket.
func bucket(t *testing.T) (*documents.Store, gofakes3.Backend) {
	t.Helper()
	backend := s3mem.New()
	require.NoError(t, backend.CreateBucket("faxes"))
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	store, err := documents.Open(t.Context(), "s3://faxes?region=eu-central-1&use_path_style=true&endpoint="+url.QueryEscape(server.URL), make([]byte, 32))
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	return store, backend
}

func objects(t *testing.T, backend gofakes3.Backend) (names []string) {
	t.Helper()
	list, err := backend.ListBucket("faxes", &gofakes3.Prefix{}, gofakes3.ListBucketPage{})
	require.NoError(t, err)
	for _, object := range list.Contents {
		names = append(names, object.Key)
	}
	return names
}

func TestS3BucketBehavesLikeADirectory(t *testing.T) {
	store, backend := bucket(t)
	require.NoError(t, store.Ready(t.Context()))
	content := bytes.Repeat([]byte("Patient: Jane Roe. "), 20_000)
	file, err := store.Stage(t.Context(), bytes.NewReader(content), large)
	require.NoError(t, err)
	require.Equal(t, []string{"staging/" + file.ID}, objects(t, backend))
	raw, err := backend.GetObject("faxes", "staging/"+file.ID, nil)
	require.NoError(t, err)
	stored, err := readAll(raw.Contents, nil)
	require.NoError(t, err)
	require.NotContains(t, string(stored), "Jane")

	got, err := readAll(store.ReadStaged(t.Context(), file))
	require.NoError(t, err)
	require.True(t, bytes.Equal(content, got))
	require.NoError(t, store.Keep(t.Context(), file.ID))
	require.NoError(t, store.Keep(t.Context(), file.ID), "keeping again does nothing")
	require.Equal(t, []string{"documents/" + file.ID}, objects(t, backend))
	got, err = readAll(store.Read(t.Context(), file))
	require.NoError(t, err)
	require.True(t, bytes.Equal(content, got))
	_, err = readAll(store.ReadStaged(t.Context(), file))
	require.ErrorIs(t, err, documents.ErrNotFound)

	_, err = store.Stage(t.Context(), bytes.NewReader(make([]byte, large+1)), large)
	require.Error(t, err)
	old, err := store.Stage(t.Context(), bytes.NewReader(content), large)
	require.NoError(t, err)
	require.Len(t, objects(t, backend), 2, "what was too large left nothing")
	swept, err := store.SweepStaging(t.Context(), -time.Minute)
	require.NoError(t, err)
	require.Equal(t, 1, swept)
	require.ErrorIs(t, store.Keep(t.Context(), old.ID), documents.ErrNotFound)

	require.NoError(t, store.Delete(t.Context(), file.ID))
	require.NoError(t, store.Delete(t.Context(), file.ID))
	require.Empty(t, objects(t, backend))
}

func TestMissingBucketIsNotReady(t *testing.T) {
	store, backend := bucket(t)
	require.NoError(t, backend.DeleteBucket("faxes"))
	require.Error(t, store.Ready(t.Context()))
}
