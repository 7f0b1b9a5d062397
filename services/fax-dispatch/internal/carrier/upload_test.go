package carrier_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/sinch"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/telnyx"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxtest"
	"github.com/mintfax/mintfax/shared/contract"
)

// uploading are the carriers that documents are sent to, at a URL.
func uploading(storage faxtest.Storage, url string) []carrier.Carrier {
	return []carrier.Carrier{
		telnyx.New(telnyx.Config{From: "+12125550100", BaseURL: url}, storage.Store),
		sinch.New(sinch.Config{From: "+12125550100", BaseURL: url}, storage.Store),
	}
}

func keep(t *testing.T, storage faxtest.Storage, content []byte) contract.StagedFile {
	t.Helper()
	file, err := storage.Stage(t.Context(), bytes.NewReader(content), 1<<30)
	require.NoError(t, err)
	require.NoError(t, storage.Keep(t.Context(), file.ID))
	return file
}

func answer(w http.ResponseWriter) {
	_, _ = io.WriteString(w, `{"id": "1", "status": "QUEUED", "data": {"id": "1", "status": "queued"}}`)
}

// received is the document of a request of either carrier.
func received(r *http.Request) ([]byte, error) {
	if r.Header.Get("Content-Type") != "application/json" {
		file, _, err := r.FormFile("contents")
		if err != nil {
			return nil, err
		}
		return io.ReadAll(file)
	}
	var asked struct {
		Files []struct{ File, FileType string }
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(asked.Files[0].File)
}

func TestADocumentOfAnySizeArrivesAsItIs(t *testing.T) {
	storage := faxtest.NewStorage(t)
	var got []byte
	url := server(t, func(w http.ResponseWriter, r *http.Request) {
		got, _ = received(r)
		if r.ContentLength > 0 {
			answer(w)
		}
	})
	for _, size := range []int{1, 2, 3, 4, 65_535, 200_000} {
		content := make([]byte, size)
		rand.Read(content)
		file := keep(t, storage, content)
		for _, c := range uploading(storage, url) {
			_, err := c.Send(t.Context(), carrier.Call{AttemptID: "att_1", To: "+12125551234", Document: file})
			require.NoError(t, err, "%s, %d bytes", c.Name(), size)
			require.Equal(t, content, got, "%s, %d bytes", c.Name(), size)
		}
	}
}

func TestADocumentIsNotBuiltInMemory(t *testing.T) {
	const size = 64 << 20
	storage := faxtest.NewStorage(t)
	file := keep(t, storage, make([]byte, size))
	var read int64
	url := server(t, func(w http.ResponseWriter, r *http.Request) {
		read, _ = io.Copy(io.Discard, r.Body)
		answer(w)
	})
	for _, c := range uploading(storage, url) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := c.Send(t.Context(), carrier.Call{AttemptID: "att_1", To: "+12125551234", Document: file})
		runtime.ReadMemStats(&after)
		require.NoError(t, err, c.Name())
		require.Greater(t, read, int64(size), c.Name())
		t.Logf("%s: %d MiB sent, %d KiB allocated", c.Name(), read>>20, (after.TotalAlloc-before.TotalAlloc)>>10)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(size/8), c.Name())
	}
}

func TestADamagedDocumentIsNotSent(t *testing.T) {
	storage := faxtest.NewStorage(t)
	file := keep(t, storage, make([]byte, 1<<20))
	path := storage.Path("documents", file.ID)
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	kept[len(kept)-1] ^= 1
	require.NoError(t, os.WriteFile(path, kept, 0o600))
	whole := false
	url := server(t, func(w http.ResponseWriter, r *http.Request) {
		if _, err := received(r); err == nil {
			whole = true
			answer(w)
		}
	})
	for _, c := range uploading(storage, url) {
		report, err := c.Send(t.Context(), carrier.Call{AttemptID: "att_1", To: "+12125551234", Document: file})
		require.NoError(t, err, c.Name())
		require.Equal(t, carrier.End(fax.Failed(fax.DocumentError, "unreadable")), report, c.Name())
		require.False(t, whole, c.Name())
	}
}
