package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/mintfax/mintfax/deploy/bench"
	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/stack/local"
)

// Keys is how many keys the database of a benchmark has.
const Keys = 100_000

// Fixture is a mintfax of its own to measure, with servers of its own, and next to the gateway those that
// it is compared with.
type Fixture struct {
	set      *local.Servers
	instance *stack.Instance
	urls     map[Variant]string
	keys     []string
	cpu      cpu
	root     string
}

// Start starts an instance on a rig.
func Start(ctx context.Context, rig bench.Rig, variants []Variant) (w *Fixture, err error) {
	root, err := stack.FindRoot()
	if err != nil {
		return nil, err
	}
	w = &Fixture{set: rig.Servers, urls: map[Variant]string{}, root: root}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Close(ctx))
		}
	}()
	programs, err := w.services(ctx, variants)
	if err != nil {
		return w, err
	}
	w.instance, err = stack.Start(ctx, stack.Options{
		Dir: filepath.Join(rig.Dir, "instance"), Servers: rig.Servers.Addresses(), Log: rig.Log, Services: programs,
		Env: map[string]map[string]string{stack.Gateway: wide(), stack.Auth: {"PPROF": "true"}},
	})
	if err != nil {
		return w, err
	}
	w.urls[Gateway] = w.instance.GatewayURL()
	rig.Log(fmt.Sprintf("making %d keys", Keys))
	w.keys, err = makeKeys(ctx, w.instance.DatabaseURL(), w.instance.Settings().Secrets.KeyPepper, Keys)
	w.watch()
	return w, err
}

// Close ends everything and deletes its data.
func (w *Fixture) Close(ctx context.Context) error {
	if w.instance == nil {
		return nil
	}
	return w.instance.Close(ctx)
}

// services are those of a usual instance and the variants of its gateway.
func (w *Fixture) services(ctx context.Context, variants []Variant) ([]stack.Service, error) {
	all := stack.Services()
	var ports local.Ports
	for _, variant := range variants {
		if variant == Gateway || !variant.hasProcess() {
			continue
		}
		port, err := ports.Take(ctx, 0)
		if err != nil {
			return nil, err
		}
		address := fmt.Sprintf("127.0.0.1:%d", port)
		w.urls[variant] = "http://" + address
		all = append(all, stack.Service{
			Name: string(variant), Package: variant.program(), Ready: "/readyz",
			Env: func(s *stack.Settings, _ int) map[string]string {
				env := s.GatewayEnv(address)
				for _, more := range []map[string]string{wide(), variant.settings(s, w.root)} {
					for name, value := range more {
						env[name] = value
					}
				}
				return env
			},
		})
	}
	return all, nil
}

// wide leaves out the limits that all callers with one address or one account would share.
func wide() map[string]string {
	return map[string]string{
		"LIMIT_ADDRESS_PER_MINUTE": "1000000000", "LIMIT_ACCOUNT_PER_MINUTE": "1000000000", "MAX_CONNECTIONS_PER_ADDRESS": "10000",
		"PPROF": "true",
	}
}

// watch makes all programs known to the counting of processor time.
func (w *Fixture) watch() {
	names := map[string]string{local.Postgres: postgres, local.RabbitMQ: rabbitmq, local.Redis: redis, stack.Auth + "-1": auth}
	for _, variant := range Gateways() {
		names[string(variant)+"-1"] = gateway
	}
	w.cpu.programs = map[*local.Supervisor]string{}
	watched := w.set.Supervisors()
	for _, replica := range w.instance.Processes() {
		watched = append(watched, replica.Supervisor)
	}
	for _, supervisor := range watched {
		w.cpu.programs[supervisor] = cmp.Or(names[supervisor.Name()], rest)
	}
}
