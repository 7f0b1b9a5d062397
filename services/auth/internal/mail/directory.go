package mail

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/mintfax/mintfax/shared/ids"
)

// NewDirectory returns a sender for development that writes each mail to a file of its own. File names end in .eml
// and sort by time. Files appear atomically and are readable by their owner only.
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
	if err := write(partial, built); err != nil {
		return fmt.Errorf("write a mail: %w", errors.Join(err, os.Remove(partial)))
	}
	return os.Rename(partial, filepath.Join(s.dir, name+".eml"))
}

func write(path string, built *gomail.Msg) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = built.WriteTo(file)
	return errors.Join(err, file.Close())
}
