package documents

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sys/unix"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/config"
)

// room measures the file system of a local storage. The capacity of remote storage is unknown.
type room struct {
	dir  string // empty for remote storage
	kept uint64 // bytes to keep free
}

var errNoRoom = errors.New("the storage has less room than STORAGE_MIN_FREE")

func newRoom(storageURL string) (room, error) {
	settings, err := config.Load[struct {
		MinFree uint64 `env:"STORAGE_MIN_FREE" envDefault:"1073741824"` // bytes
	}]()
	if err != nil {
		return room{}, err
	}
	parsed, err := url.Parse(storageURL)
	if err != nil || parsed.Scheme != "file" {
		return room{}, nil // Open has already rejected an invalid URL
	}
	return room{dir: parsed.Path, kept: settings.MinFree}, nil
}

// free returns how many bytes can be written.
func (r room) free() (uint64, error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(r.dir, &stat); err != nil {
		return 0, fmt.Errorf("read the free space of the storage: %w", err)
	}
	return stat.Bavail * uint64(stat.Bsize), nil //nolint:gosec // the size of a block is positive
}

// Room returns service_unavailable when the storage is nearly full. Call it before reading an upload.
func (s *Store) Room() error {
	if s.room.dir == "" {
		return nil
	}
	free, err := s.room.free()
	if err == nil && free < s.room.kept {
		err = errNoRoom
	}
	if err != nil {
		return apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	return nil
}

// Measure registers the metrics of a local storage, such as its free space. Set an alarm well above
// STORAGE_MIN_FREE, below which uploads are refused.
func (s *Store) Measure(metrics prometheus.Registerer) {
	if s.room.dir == "" {
		return
	}
	metrics.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "mintfax_storage_free_bytes", Help: "Bytes that can still be written to the document storage.",
	}, func() float64 {
		free, err := s.room.free()
		if err != nil {
			return 0
		}
		return float64(free)
	}))
	metrics.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "mintfax_storage_syncs_total", Help: "Files and directories that were synced to the disk, two for each kept document.",
	}, func() float64 { return float64(s.disk.syncs.Load()) }))
}
