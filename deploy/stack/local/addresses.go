package local

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
)

// Addresses are the URLs of the servers, with an administrator's login in each.
type Addresses struct {
	Database   string // postgres://
	AMQP       string // amqp:// or amqps://
	Management string // http:// of RabbitMQ's management plugin
	Redis      string // redis://
}

// AddressesFromEnvironment returns what the environment names: DATABASE_URL, AMQP_URL, AMQP_MANAGEMENT_URL and
// REDIS_URL, each with prefix before its name. A management URL that is not named is taken to be on
// the broker's host, on its usual port and with the same login.
func AddressesFromEnvironment(prefix string) (Addresses, error) {
	a := Addresses{
		Database:   os.Getenv(prefix + "DATABASE_URL"),
		AMQP:       os.Getenv(prefix + "AMQP_URL"),
		Management: os.Getenv(prefix + "AMQP_MANAGEMENT_URL"),
		Redis:      os.Getenv(prefix + "REDIS_URL"),
	}
	if a.AMQP == "" {
		a.Management = ""
		return a, nil
	}
	if a.Management != "" {
		return a, nil
	}
	broker, err := url.Parse(a.AMQP)
	if err != nil {
		return a, fmt.Errorf("%sAMQP_URL is not a URL", prefix) // the parser's words would show the password
	}
	management := url.URL{Scheme: "http", User: broker.User, Host: broker.Hostname() + ":15672"}
	a.Management = management.String()
	return a, nil
}

// TestAddresses returns the servers that `make test` names in TEST_DATABASE_URL, TEST_AMQP_URL,
// TEST_AMQP_MANAGEMENT_URL and TEST_REDIS_URL.
func TestAddresses() (Addresses, error) {
	a, err := AddressesFromEnvironment("TEST_")
	if err == nil && (a.Database == "" || a.AMQP == "" || a.Redis == "") {
		err = errors.New("no test servers are named: run the tests with `make test`, which starts them")
	}
	return a, err
}

// Or returns a with what it lacks taken from other.
func (a Addresses) Or(other Addresses) Addresses {
	if a.Database == "" {
		a.Database = other.Database
	}
	if a.AMQP == "" {
		a.AMQP, a.Management = other.AMQP, other.Management
	}
	if a.Redis == "" {
		a.Redis = other.Redis
	}
	return a
}

// Without returns a without the servers that are also in own. Whoever has loaded .run/env names the
// private instances, which do not get there by being named.
func (a Addresses) Without(own Addresses) Addresses {
	if sameServer(a.Database, own.Database) {
		a.Database = ""
	}
	if sameServer(a.AMQP, own.AMQP) {
		a.AMQP, a.Management = "", ""
	}
	if sameServer(a.Redis, own.Redis) {
		a.Redis = ""
	}
	return a
}

// RecordedAddresses returns the addresses of the private instances whose state is in dir, running or not.
func RecordedAddresses(dir string) (Addresses, error) {
	r, err := ServerOptions{Dir: dir}.loadRecord()
	if err != nil {
		return Addresses{}, err
	}
	return Addresses{Database: r.postgresURL(), AMQP: r.amqpURL(), Management: r.managementURL(), Redis: r.redisURL()}, nil
}

// Environment returns the addresses as environment entries, with prefix before each name.
func (a Addresses) Environment(prefix string) []string {
	return []string{
		prefix + "DATABASE_URL=" + a.Database,
		prefix + "AMQP_URL=" + a.AMQP,
		prefix + "AMQP_MANAGEMENT_URL=" + a.Management,
		prefix + "REDIS_URL=" + a.Redis,
	}
}

// DatabaseName is the database that the Postgres URL names, or "".
func (a Addresses) DatabaseName() string { return pathOf(a.Database) }

// VHost is the virtual host that the AMQP URL names, or "".
func (a Addresses) VHost() string { return pathOf(a.AMQP) }

func pathOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(parsed.Path, "/")
}

func sameServer(one, other string) bool {
	a, errA := url.Parse(one)
	b, errB := url.Parse(other)
	return errA == nil && errB == nil && a.Host != "" && a.Host == b.Host
}
