package stack

import (
	"path/filepath"
	"slices"
	"strings"
)

// GatewayURL is the first gateway's address.
func (i *Instance) GatewayURL() string { return i.settings.PublicURL() }

// GatewayURLs are the addresses of all gateways.
func (i *Instance) GatewayURLs() []string { return slices.Clone(i.settings.GatewayURLs) }

// Settings are the instance's addresses and secrets.
func (i *Instance) Settings() *Settings { return i.settings }

// Env is the instance's addresses under the names that .run/env has.
func (i *Instance) Env() map[string]string {
	env := i.settings.Env()
	env["LOG_DIR"] = i.LogDir()
	return env
}

// LogDir holds a log for every process, <service>-<n>.log.
func (i *Instance) LogDir() string { return filepath.Join(i.options.Dir, "log") }

// MailDir is where auth writes its mail, one file a message.
func (i *Instance) MailDir() string { return i.settings.Mail }

// DatabaseURL is the administrator's.
func (i *Instance) DatabaseURL() string { return i.settings.DatabaseURL }

// BinDir holds the built programs.
func (i *Instance) BinDir() string { return i.options.BinDir }

// Process is the n-th process of a service, n from 1; nil if there is none.
func (i *Instance) Process(service string, n int) *Replica {
	if n < 1 || n > len(i.replicas[service]) {
		return nil
	}
	return i.replicas[service][n-1]
}

// Processes are all of them, in the order of their names.
func (i *Instance) Processes() []*Replica {
	var all []*Replica
	for _, replicas := range i.replicas {
		all = append(all, replicas...)
	}
	slices.SortFunc(all, func(a, b *Replica) int { return strings.Compare(a.Name(), b.Name()) })
	return all
}
