package office

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
)

const (
	dirPrefix   = "mintfax-office-"
	leftoverAge = 10 * time.Minute
)

// prepare writes a document and the profile of a LibreOffice to a directory.
func prepare(dir, name string, content []byte) error {
	profile := filepath.Join(dir, "profile", "user")
	if err := os.MkdirAll(profile, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(profile, "registrymodifications.xcu"), []byte(settings), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), content, 0o600)
}

// readPDF reads a file in a directory to which a LibreOffice that a document has taken over could write anything: links to
// files that LibreOffice itself cannot read, or a pipe without a writer.
func readPDF(dir, name string) ([]byte, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, document.ErrDamaged
	}
	file, err := root.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, MaxPDF+1))
	if len(content) > MaxPDF {
		return nil, document.ErrTooLarge
	}
	return content, err
}

// removeLeftovers removes the directories of converters that were killed.
func removeLeftovers(parent string) error {
	dirs, err := filepath.Glob(filepath.Join(parent, dirPrefix+"*"))
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		info, err := os.Lstat(dir)
		if err == nil && time.Since(info.ModTime()) > leftoverAge {
			err = os.RemoveAll(dir)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
			return err
		}
	}
	return nil
}
