package documents

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
)

// disk is the directory of a local storage. Remote storage is durable once it has responded.
type disk struct {
	dir   string // empty for remote storage
	syncs atomic.Uint64
}

// prepare creates the directory of kept documents and syncs it to the disk.
func (d *disk) prepare() error {
	if d.dir == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Join(d.dir, kept), 0o700); err != nil {
		return fmt.Errorf("prepare the document storage: %w", err)
	}
	return d.sync(d.dir)
}

// commit syncs a kept document, its content and its directory entry, so that it survives a power cut.
func (d *disk) commit(id string) error {
	if d.dir == "" {
		return nil
	}
	path := filepath.Join(d.dir, kept, id)
	return errors.Join(d.sync(path), d.sync(filepath.Dir(path)))
}

func (d *disk) sync(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("sync a document: %w", err)
	}
	err = errors.Join(file.Sync(), file.Close())
	if err != nil {
		return fmt.Errorf("sync a document: %w", err)
	}
	d.syncs.Add(1)
	return nil
}
