package office

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

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

func readPDF(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > MaxPDF {
		return nil, document.ErrTooLarge
	}
	return os.ReadFile(path)
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
