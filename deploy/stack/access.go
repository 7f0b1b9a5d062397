package stack

import (
	"path/filepath"
	"slices"
	"strings"
)

// GatewayURL is the first gateway's address.
func (w *Whole) GatewayURL() string { return w.settings.PublicURL() }

// GatewayURLs are the addresses of all gateways.
func (w *Whole) GatewayURLs() []string { return slices.Clone(w.settings.GatewayURLs) }

// Settings are the whole's addresses and secrets.
func (w *Whole) Settings() *Settings { return w.settings }

// Env is the whole's addresses under the names that .run/env has.
func (w *Whole) Env() map[string]string {
	env := w.settings.Env()
	env["LOG_DIR"] = w.LogDir()
	return env
}

// LogDir holds a log for every process, <service>-<n>.log.
func (w *Whole) LogDir() string { return filepath.Join(w.options.Dir, "log") }

// MailDir is where auth writes its mail, one file a message.
func (w *Whole) MailDir() string { return w.settings.Mail }

// DatabaseURL is the administrator's.
func (w *Whole) DatabaseURL() string { return w.settings.DatabaseURL }

// BinDir holds the built programs.
func (w *Whole) BinDir() string { return w.options.BinDir }

// Process is the n-th process of a service, n from 1; nil if there is none.
func (w *Whole) Process(service string, n int) *Replica {
	if n < 1 || n > len(w.replicas[service]) {
		return nil
	}
	return w.replicas[service][n-1]
}

// Processes are all of them, in the order of their names.
func (w *Whole) Processes() []*Replica {
	var all []*Replica
	for _, replicas := range w.replicas {
		all = append(all, replicas...)
	}
	slices.SortFunc(all, func(a, b *Replica) int { return strings.Compare(a.Name(), b.Name()) })
	return all
}
