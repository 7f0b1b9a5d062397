package stack

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"

	"github.com/mintfax/mintfax/deploy/stack/local"
	"github.com/mintfax/mintfax/shared/schema"
)

// Settings are the addresses and secrets of an instance, from which its programs get their environment.
type Settings struct {
	Secrets       Secrets
	DatabaseURL   string            // the administrator's
	RoleURLs      map[string]string // by service, as in schema.Roles
	AMQPURL       string
	Management    string // of RabbitMQ
	RedisURL      string
	GatewayURLs   []string
	EmulatorURL   string
	FakesURL      string // of the carrier fakes; empty without them
	LiveCarrier   string
	Documents     string // directory
	Mail          string // directory
	EmulatorState string // file: what Stripe's emulator remembers
}

func newSettings(ctx context.Context, o Options, ports *local.Ports) (*Settings, error) {
	secrets, err := LoadSecrets(filepath.Join(o.Dir, "secrets.json"))
	if err != nil {
		return nil, err
	}
	s := &Settings{
		Secrets: secrets, RoleURLs: map[string]string{}, Management: o.Servers.Management,
		Documents: filepath.Join(o.Dir, "documents"), Mail: filepath.Join(o.Dir, "mail"),
		EmulatorState: filepath.Join(o.Dir, "stripe-emulator.json"), LiveCarrier: o.LiveCarrier,
	}
	for _, part := range []struct {
		to   *string
		from string
		path string
	}{
		{&s.DatabaseURL, o.Servers.Database, o.Database},
		{&s.AMQPURL, o.Servers.AMQP, o.VHost},
		{&s.RedisURL, o.Servers.Redis, strconv.Itoa(o.RedisDB)},
	} {
		if *part.to, err = withPath(part.from, part.path); err != nil {
			return nil, err
		}
	}
	for _, role := range schema.Roles() {
		if s.RoleURLs[role], err = schema.RoleURL(s.DatabaseURL, role, secrets.Roles[role]); err != nil {
			return nil, err
		}
	}
	return s, s.choosePorts(ctx, o, ports)
}

func (s *Settings) choosePorts(ctx context.Context, o Options, ports *local.Ports) error {
	for n := range o.replicas(Gateway) {
		wish := 0
		if n == 0 {
			wish = o.GatewayPort
		}
		port, err := ports.Take(ctx, wish)
		if err != nil {
			return err
		}
		if wish != 0 && port != wish {
			if err := CheckGatewayPort(ctx, wish); err != nil {
				return err
			}
			return fmt.Errorf("another mintfax is starting and has reserved 127.0.0.1:%d: stop it, or set GATEWAY_PORT", wish)
		}
		s.GatewayURLs = append(s.GatewayURLs, localURL(port))
	}
	port, err := ports.Take(ctx, o.EmulatorPort)
	s.EmulatorURL = localURL(port)
	if err != nil || o.replicas(Fakes) == 0 {
		return err
	}
	port, err = ports.Take(ctx, o.FakesPort)
	s.FakesURL = localURL(port)
	return err
}

// PublicURL is the address that customers know, the first gateway's.
func (s *Settings) PublicURL() string {
	if len(s.GatewayURLs) == 0 {
		return "http://127.0.0.1:1" // an instance without a gateway: nothing answers there
	}
	return s.GatewayURLs[0]
}

func withPath(address, path string) (string, error) {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" {
		return "", fmt.Errorf("the address of a server is not a URL")
	}
	parsed.Path = "/" + path
	return parsed.String(), nil
}

func localURL(port int) string { return fmt.Sprintf("http://127.0.0.1:%d", port) }
