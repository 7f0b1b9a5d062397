package local

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	brokerUser         = "mintfax"
	brokerStartTimeout = 90 * time.Second // 8 s alone, 30 s next to a compiler
)

func (r record) amqpURL() string {
	address := url.URL{
		Scheme: "amqp", User: url.UserPassword(brokerUser, r.Passwords.RabbitMQ),
		Host: loopback(r.Ports.AMQP), Path: "/",
	}
	return address.String()
}

func (r record) managementURL() string {
	address := url.URL{
		Scheme: "http", User: url.UserPassword(brokerUser, r.Passwords.RabbitMQ),
		Host: loopback(r.Ports.Management),
	}
	return address.String()
}

// epmd is Erlang's port mapper. The broker would start one as a daemon that outlives it; this one is
// there first, and is ours to stop.
func (s *Servers) epmd() Program {
	port := strconv.Itoa(s.record.Ports.Names)
	return Program{
		Name: "epmd", StartLimit: 20 * time.Second, StopLimit: 5 * time.Second, MaxFailures: 1,
		Spec: s.spec(Spec{
			Path: s.programs.epmd, Args: []string{"-address", "127.0.0.1", "-port", port}, Dir: s.record.Home,
			Log: filepath.Join(s.options.logs(), "epmd.log"),
		}),
		Ready: func(ctx context.Context) error { return pingEPMD(ctx, loopback(s.record.Ports.Names)) },
	}
}

func (s *Servers) rabbitmq() (Program, error) {
	dir := filepath.Join(s.record.Home, "rabbitmq")
	if err := makeOwnedDir(dir, s.user); err != nil {
		return Program{}, err
	}
	if err := s.configureRabbitMQ(dir); err != nil {
		return Program{}, err
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	return Program{
		Name: RabbitMQ, StartLimit: brokerStartTimeout, StopLimit: 30 * time.Second, MaxFailures: 1,
		Spec: s.spec(Spec{
			Path: s.programs.rabbitmq, Dir: dir, Log: filepath.Join(s.options.logs(), "rabbitmq.log"),
			Env: []string{
				"HOME=" + dir, // for the Erlang cookie
				"RABBITMQ_NODENAME=mintfax@localhost",
				"RABBITMQ_DIST_PORT=" + strconv.Itoa(s.record.Ports.Distribution),
				"RABBITMQ_MNESIA_BASE=" + at("data"),
				"RABBITMQ_LOGS=-",
				"RABBITMQ_LOG_BASE=" + at("log"),
				"RABBITMQ_CONFIG_FILE=" + at("rabbitmq.conf"),
				"RABBITMQ_ENABLED_PLUGINS_FILE=" + at("enabled_plugins"),
				"RABBITMQ_PID_FILE=" + at("pid"),
				"RABBITMQ_CONF_ENV_FILE=/dev/null", // the machine's own settings are for its own broker
				"ERL_EPMD_PORT=" + strconv.Itoa(s.record.Ports.Names),
				"ERL_EPMD_ADDRESS=127.0.0.1",
				"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}",
			},
		}),
		Ready: func(ctx context.Context) error {
			return ListensOn(ctx, s.record.managementURL(), s.record.Ports.AMQP)
		},
	}, nil
}

// configureRabbitMQ writes the configuration. The default user is made only with a new database, and
// in place of guest.
func (s *Servers) configureRabbitMQ(dir string) error {
	lines := []string{
		"listeners.tcp.1 = " + loopback(s.record.Ports.AMQP),
		"management.tcp.ip = 127.0.0.1",
		"management.tcp.port = " + strconv.Itoa(s.record.Ports.Management),
		"default_user = " + brokerUser,
		"default_pass = " + s.record.Passwords.RabbitMQ,
		"log.console = true",
		"log.console.level = info",
		"raft.wal_max_size_bytes = 64000000", // the default of 512 MB is reserved at once
		"",
	}
	if err := writeOwned(filepath.Join(dir, "rabbitmq.conf"), strings.Join(lines, "\n"), s.user); err != nil {
		return err
	}
	return writeOwned(filepath.Join(dir, "enabled_plugins"), "[rabbitmq_management].\n", s.user)
}

// pingEPMD requests epmd's names; epmd logs an error for a connection without a request.
func pingEPMD(ctx context.Context, address string) error {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return err
		}
	}
	if _, err := conn.Write([]byte{0, 1, 'n'}); err != nil { // the length, and NAMES_REQ
		return err
	}
	var port [4]byte
	_, err = io.ReadFull(conn, port[:])
	return err
}

// ListensOn asks the management API whether the broker accepts AMQP connections on the port.
func ListensOn(ctx context.Context, management string, port int) error {
	return get(ctx, fmt.Sprintf("%s/api/health/checks/port-listener/%d", management, port))
}

func get(ctx context.Context, address string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", request.URL.Redacted(), response.Status)
	}
	return nil
}
