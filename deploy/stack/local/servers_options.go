package local

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ServerOptions says which servers to provide, and where.
type ServerOptions struct {
	Dir       string      // absolute; holds the record, the logs and, where possible, the data
	External  Addresses   // servers that are there already; the others are started
	Ports     ServerPorts // preferred ports of the private instances; zero takes any free one
	Tests     bool        // also install what tests need: a browser, an office suite, tools that check results
	Ephemeral bool        // for tests: start empty, do not wait for the disk, delete the data at the end
	Durable   bool        // wait for the disk all the same: the servers of an Ephemeral set are to be killed
	Log       func(string)
}

// ServerPorts are the ports of the private instances.
type ServerPorts struct {
	Postgres, Redis                       int
	AMQP, Management, Distribution, Names int // RabbitMQ's; Names is epmd's
}

// DefaultServerPorts are the ports of `make up`: the usual ones with a 5 in front, far from any default.
func DefaultServerPorts() ServerPorts {
	return ServerPorts{Postgres: 55432, Redis: 56379, AMQP: 55672, Management: 55673, Distribution: 55674, Names: 55675}
}

// record is what has to be the same at the next start. It holds passwords.
type record struct {
	Home      string // the directory of the data
	Ports     ServerPorts
	Passwords passwords
}

type passwords struct {
	Postgres, RabbitMQ, Redis string
}

func (o ServerOptions) logs() string       { return filepath.Join(o.Dir, "log") }
func (o ServerOptions) recordPath() string { return filepath.Join(o.Dir, "servers.json") }

// loadRecord returns the record of earlier runs, or a new one. Data without its record cannot be
// opened again, so the two are always deleted together.
func (o ServerOptions) loadRecord() (record, error) {
	var r record
	text, err := os.ReadFile(o.recordPath())
	if errors.Is(err, fs.ErrNotExist) {
		return record{Ports: o.Ports, Passwords: passwords{rand.Text(), rand.Text(), rand.Text()}}, nil
	}
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("%s is damaged (`make clean` starts anew): %w", o.recordPath(), err)
	}
	return r, nil
}

func (o ServerOptions) saveRecord(r record) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	temporary := o.recordPath() + ".new"
	if err := os.WriteFile(temporary, text, 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, o.recordPath())
}

// choose replaces the ports that are not free, and reserves all.
func (p *ServerPorts) choose(ctx context.Context, free *Ports) error {
	for _, port := range []*int{&p.Postgres, &p.Redis, &p.AMQP, &p.Management, &p.Distribution, &p.Names} {
		chosen, err := free.Take(ctx, *port)
		if err != nil {
			return err
		}
		*port = chosen
	}
	return nil
}
