package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/shared/schema"
)

const (
	database = "mintfax"
	user     = "mintfax" // of RabbitMQ

	fakesInside = "http://carrier-fakes:12112"
)

// usual are the settings that every installation gets from here. The rest is the operator's choice.
func usual() []string {
	return []string{"DATABASE_URL", "AMQP_URL", "REDIS_URL", "STORAGE_URL", "KEY_PEPPER", "DOCUMENT_KEY"}
}

// servers are where the servers are, as host:port.
type servers struct{ postgres, amqp, redis string }

func inside() servers {
	return servers{postgres: "postgres:5432", amqp: "rabbitmq:5672", redis: "redis:6379"}
}

// known returns the settings of an instance in containers, in the form that one of processes has.
func (o options) known(at servers, secrets stack.Secrets, p passwords) (*stack.Settings, error) {
	admin := url.URL{
		Scheme: "postgres", User: url.UserPassword("postgres", p.postgres), Host: at.postgres,
		Path: "/" + database, RawQuery: "sslmode=disable", // the network is the containers' own
	}
	broker := url.URL{Scheme: "amqp", User: url.UserPassword(user, p.rabbitmq), Host: at.amqp, Path: "/" + database}
	cache := url.URL{Scheme: "redis", User: url.UserPassword("default", p.redis), Host: at.redis, Path: "/0"}
	s := &stack.Settings{
		Secrets: secrets, DatabaseURL: admin.String(), AMQPURL: broker.String(), RedisURL: cache.String(),
		RoleURLs: map[string]string{}, GatewayURLs: []string{o.PublicURL}, EmulatorURL: o.Emulator,
		FakesURL: fakesInside, LiveCarrier: "loopback", // unless the operator chooses
		Documents: "/documents", Mail: "/mail", EmulatorState: "/state/stripe-emulator.json",
	}
	for _, role := range schema.Roles() {
		address, err := schema.RoleURL(s.DatabaseURL, role, secrets.Roles[role])
		if err != nil {
			return nil, err
		}
		s.RoleURLs[role] = address
	}
	return s, nil
}

// writeUsual leaves nothing of an earlier demo, so that the demo has to be chosen each time.
func (o options) writeUsual(secrets stack.Secrets, p passwords) error {
	s, err := o.known(inside(), secrets, p)
	if err != nil {
		return err
	}
	volumes := serverSettings(s, p)
	for _, service := range append(stack.Services(), stack.CarrierFakes()) {
		settings := service.Env(s, 1)
		maps.DeleteFunc(settings, func(name, _ string) bool { return !slices.Contains(usual(), name) })
		volumes[service.Name] = settings
	}
	var problems []error
	for name, settings := range volumes {
		problems = append(problems, fill(filepath.Join(o.Volumes, name), settings, true))
	}
	return errors.Join(problems...)
}

// serverSettings are those of the containers that are no service of mintfax.
func serverSettings(s *stack.Settings, p passwords) map[string]map[string]string {
	migrate := map[string]string{"DATABASE_URL": s.DatabaseURL}
	for role, password := range s.Secrets.Roles {
		migrate["DATABASE_PASSWORD_"+strings.ToUpper(role)] = password
	}
	return map[string]map[string]string{
		"migrate":  migrate,
		"postgres": {"POSTGRES_PASSWORD": p.postgres},
		"rabbitmq": {"rabbitmq.conf": fmt.Sprintf(
			"default_user = %s\ndefault_pass = %s\ndefault_vhost = %s", user, p.rabbitmq, database)},
		"redis": {"redis.conf": "requirepass " + p.redis, "REDIS_PASSWORD": p.redis},
	}
}

// printEnv prints the published addresses under the names of .run/env.
func (o options) printEnv(out io.Writer, secrets stack.Secrets, p passwords) error {
	if o.Postgres == "" || o.AMQP == "" || o.Redis == "" {
		return errors.New("nothing but the gateway is published; use deploy/images/compose.dev.yml, too")
	}
	s, err := o.known(servers{postgres: o.Postgres, amqp: o.AMQP, redis: o.Redis}, secrets, p)
	if err != nil {
		return err
	}
	s.Mail = "" // a directory of the host, which it knows itself
	s.FakesURL = o.Fakes
	env := s.Env()
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if env[name] == "" {
			continue
		}
		if _, err := fmt.Fprintf(out, "%s=%s\n", name, env[name]); err != nil {
			return err
		}
	}
	return nil
}
