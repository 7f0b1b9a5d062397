package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/mintfax/mintfax/deploy/stack/local"
)

// composeRecord says what `up` has started in containers. It stays until `clean`, as the volumes do.
type composeRecord struct {
	Running   bool
	Ports     composePorts
	Addresses local.Addresses
}

// composePorts are the published ones, on loopback.
type composePorts struct{ Gateway, Emulator, Fakes, Postgres, AMQP, Redis int }

func (s checkout) composeRecordPath() string { return filepath.Join(s.dir, "compose.json") }

// compose returns what runs, or has run, in containers; nil if nothing ever did.
func (s checkout) compose() (*compose, error) {
	text, err := os.ReadFile(s.composeRecordPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // nil is "never"
	}
	if err != nil {
		return nil, err
	}
	c := &compose{checkout: s}
	if err := json.Unmarshal(text, &c.record); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", s.composeRecordPath(), err)
	}
	return c, nil
}

// runningCompose is compose, but nil when `down` has stopped it.
func (s checkout) runningCompose() (*compose, error) {
	c, err := s.compose()
	if err != nil || c == nil || !c.record.Running {
		return nil, err
	}
	return c, nil
}

func (c compose) saveRecord() error {
	text, err := json.MarshalIndent(c.record, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.composeRecordPath()+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(c.composeRecordPath()+".new", c.composeRecordPath())
}
