package mail

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/mintfax/mintfax/shared/ids"
)

// NewDirectory returns a sender that writes one file a mail into a directory, for development. The
// names sort by time, and a file appears whole.
func NewDirectory(dir, from string) (Sender, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("MAIL_DIR: %w", err)
	}
	return &directorySender{dir: dir, from: from}, nil
}

type directorySender struct{ dir, from string }

func (s *directorySender) Send(_ context.Context, m Message) error {
	built, err := compose(s.from, m)
	if err != nil {
		return err
	}
	name := time.Now().UTC().Format("20060102T150405.000000000") + "-" + ids.Base62(6)
	partial := filepath.Join(s.dir, "."+name+".partial")
	if err := built.WriteToFile(partial); err != nil {
		return fmt.Errorf("write a mail: %w", err)
	}
	return os.Rename(partial, filepath.Join(s.dir, name+".eml"))
}
