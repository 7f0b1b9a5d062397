package faxtest

import (
	"bytes"
	"crypto/rand"
	"io/fs"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/intake"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/settings"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
)

// Storage is an encrypted document store in a directory of its own.
type Storage struct {
	*documents.Store
	URL string
	Key []byte
	dir string
}

// NewStorage makes a document store.
func NewStorage(t *testing.T) Storage {
	t.Helper()
	s := Storage{dir: t.TempDir(), Key: make([]byte, 32)}
	rand.Read(s.Key)
	s.URL = "file://" + s.dir + "?create_dir=true&metadata=skip&no_tmp_dir=true"
	store, err := documents.Open(t.Context(), s.URL, s.Key)
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	s.Store = store
	return s
}

// Upload stages a file as the gateway does.
func (s Storage) Upload(t *testing.T, content string) contract.StagedFile {
	file, err := s.Stage(t.Context(), bytes.NewReader([]byte(content)), 11<<20)
	require.NoError(t, err)
	return file
}

// Path returns the path of an object, under staging or documents.
func (s Storage) Path(area, id string) string { return filepath.Join(s.dir, area, id) }

// Files counts the objects under staging or documents.
func (s Storage) Files(t require.TestingT, area string) int {
	count := 0
	err := filepath.WalkDir(filepath.Join(s.dir, area), func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			count++
		}
		return nil
	})
	require.NoError(t, err)
	return count
}

// Submissions is the submission service on the bench's database and ledger.
func (b *Bench) Submissions(t *testing.T, storage Storage) *intake.Service {
	t.Helper()
	routes, err := carrier.ParseRoutes("loopback", []string{"loopback"})
	require.NoError(t, err)
	rates, err := intake.LoadRates("")
	require.NoError(t, err)
	renderer, err := render.Find(t.Context(), "", 1)
	require.NoError(t, err)
	return &intake.Service{
		Store:     intake.NewStore(b.DB),
		Settings:  settings.New(settings.NewStore(b.DB)),
		Wallet:    intake.Wallet{Hold: b.Hold, Void: b.Void},
		Documents: storage.Store,
		Renderer:  renderer,
		Routes:    routes,
		Rates:     rates,
		Limits:    intake.Limits{NewAccountPerDay: 5_000, DestinationPerHour: 60},
		Accepting: make(chan struct{}, 16),
		Wake:      func() {},
		Log:       slog.New(slog.DiscardHandler),
	}
}
