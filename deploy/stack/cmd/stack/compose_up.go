package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/stack/local"
)

const (
	imagesUser     = "65532:65532" // as deploy/images/Dockerfile says
	imagesOwner    = 65532
	composeTimeout = "600" // seconds, from the first container to the last healthy one
)

// up builds the images and starts the containers, and returns when all of them are healthy.
func (c compose) up(ctx context.Context) error {
	if err := c.choosePorts(ctx); err != nil {
		return err
	}
	c.record.Running = true // from here on there is something to stop
	user, err := c.makeMailDir()
	if err != nil {
		return err
	}
	if err := errors.Join(c.writeVariables(user), c.saveRecord()); err != nil {
		return err
	}
	logLine("building and starting containers, project " + c.project() + "; the first build takes minutes")
	err = c.run(ctx, "up", "--build", "--detach", "--wait", "--wait-timeout", composeTimeout, "--remove-orphans", "--quiet-pull")
	if err != nil {
		return fmt.Errorf("%w\n`make logs` and `make status` show more; MINTFAX_COMPOSE=no make up does without containers, after `make clean`", err)
	}
	env, err := c.addresses(ctx)
	if err != nil {
		return err
	}
	if err := c.writeEnv(env); err != nil {
		return err
	}
	c.record.Addresses = local.Addresses{Database: env["DATABASE_URL"], AMQP: env["AMQP_URL"], Redis: env["REDIS_URL"]}
	logLine("mintfax is ready at " + env["GATEWAY_URL"])
	return c.saveRecord()
}

// choosePorts keeps the ports of containers that run.
func (c *compose) choosePorts(ctx context.Context) error {
	gateway, err := gatewayPort()
	if err != nil || c.record.Running {
		return err
	}
	if err := stack.CheckGatewayPort(ctx, gateway); err != nil {
		return err
	}
	usual := local.DefaultServerPorts()
	c.record.Ports = composePorts{
		Gateway: gateway, Emulator: defaultEmulatorPort, Fakes: defaultFakesPort, Postgres: usual.Postgres, AMQP: usual.AMQP, Redis: usual.Redis,
	}
	var free local.Ports
	ports := &c.record.Ports
	for _, port := range []*int{&ports.Emulator, &ports.Fakes, &ports.Postgres, &ports.AMQP, &ports.Redis} {
		if *port, err = free.Take(ctx, *port); err != nil {
			return err
		}
	}
	return nil
}

// makeMailDir returns the user as which auth writes mails, so that they can be read here.
func (c compose) makeMailDir() (string, error) {
	dir := filepath.Join(c.dir, "mail")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	if os.Getuid() == 0 { // root reads everything
		return imagesUser, os.Chown(dir, imagesOwner, imagesOwner)
	}
	return fmt.Sprintf("%d:%d", os.Getuid(), os.Getgid()), nil
}

// writeVariables names no commit: what is worked on is none yet, and images are built anew for each.
func (c compose) writeVariables(mailUser string) error {
	ports := c.record.Ports
	var lines strings.Builder
	for _, v := range [][2]string{
		{"MAIL_USER", mailUser},
		{"GATEWAY_PORT", strconv.Itoa(ports.Gateway)},
		{"EMULATOR_PORT", strconv.Itoa(ports.Emulator)},
		{"FAKES_PORT", strconv.Itoa(ports.Fakes)},
		{"LIVE_CARRIER", os.Getenv("LIVE_CARRIER")},
		{"POSTGRES_PORT", strconv.Itoa(ports.Postgres)},
		{"AMQP_PORT", strconv.Itoa(ports.AMQP)},
		{"REDIS_PORT", strconv.Itoa(ports.Redis)},
	} {
		fmt.Fprintf(&lines, "%s=%s\n", v[0], v[1])
	}
	return os.WriteFile(c.variablesPath(), []byte(lines.String()), 0o600)
}

// addresses are what programs outside the containers need, under the names of .run/env.
func (c compose) addresses(ctx context.Context) (map[string]string, error) {
	var out bytes.Buffer
	if err := c.runTo(ctx, &out, "run", "--rm", "--no-deps", "-T", "settings", "env"); err != nil {
		return nil, err
	}
	env := map[string]string{"MAIL_DIR": filepath.Join(c.dir, "mail")}
	for line := range strings.Lines(out.String()) {
		if name, value, found := strings.Cut(strings.TrimSpace(line), "="); found {
			env[name] = value
		}
	}
	return env, nil
}
