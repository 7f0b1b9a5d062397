package documents

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
)

// disk is the directory of a storage on this machine. Storage elsewhere is durable when it has answered.
type disk struct {
	dir   string // empty when it is elsewhere
	syncs atomic.Uint64
}

// prepare makes the directory of kept documents last.
func (d *disk) prepare() error {
	if d.dir == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Join(d.dir, kept), 0o700); err != nil {
		return fmt.Errorf("prepare the document storage: %w", err)
	}
	return d.sync(d.dir)
}

// commit makes a kept document outlast a power cut: its content, and its name in the directory.
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
