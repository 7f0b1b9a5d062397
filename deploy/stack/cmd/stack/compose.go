package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

// stopGrace is how long compose gets to end by itself when this program is interrupted.
const stopGrace = 30 * time.Second

// composeFiles are relative to the checkout.
func composeFiles() []string { return []string{"docker-compose.yml", "deploy/images/compose.dev.yml"} }

// compose runs mintfax in containers, as a project of this checkout's own.
type compose struct {
	checkout
	record composeRecord
}

// project is named after the place, so that checkouts do not share data.
func (c compose) project() string {
	sum := sha256.Sum256([]byte(c.root))
	return "mintfax-" + hex.EncodeToString(sum[:4])
}

func (c compose) arguments(args ...string) []string {
	all := []string{"compose", "--project-name", c.project(), "--project-directory", c.root, "--env-file", c.variablesPath()}
	for _, file := range composeFiles() {
		all = append(all, "--file", filepath.Join(c.root, file))
	}
	return append(append(all, "--profile", "demo"), args...)
}

func (c compose) variablesPath() string { return filepath.Join(c.dir, "compose.env") }

// run runs docker compose and shows what it says.
func (c compose) run(ctx context.Context, args ...string) error {
	return c.runTo(ctx, os.Stdout, args...)
}

func (c compose) runTo(ctx context.Context, out io.Writer, args ...string) error {
	environment, err := c.environment()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "docker", c.arguments(args...)...)
	cmd.Dir, cmd.Env = c.root, environment
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = stopGrace
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("docker compose %s: %w", args[0], err)
	}
	return nil
}

var variable = regexp.MustCompile(`\$\{([A-Z_]+)`)

// environment is this program's without the variables that the compose files read: a shell that has loaded
// .run/env or means another mintfax must not change this one.
func (c compose) environment() ([]string, error) {
	dropped := []string{"COMPOSE_PROFILES", "COMPOSE_FILE", "COMPOSE_PROJECT_NAME", "COMPOSE_ENV_FILES"}
	for _, file := range composeFiles() {
		text, err := os.ReadFile(filepath.Join(c.root, file))
		if err != nil {
			return nil, err
		}
		for _, found := range variable.FindAllStringSubmatch(string(text), -1) {
			dropped = append(dropped, found[1])
		}
	}
	return slices.DeleteFunc(os.Environ(), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return slices.Contains(dropped, name)
	}), nil
}

// down stops the containers and keeps the data, or with volumes deletes it.
func (c compose) down(ctx context.Context, volumes bool) error {
	args := []string{"down", "--remove-orphans"}
	if volumes {
		args = append(args, "--volumes")
	}
	if err := c.run(ctx, args...); err != nil {
		return err
	}
	c.record.Running = false
	err := c.saveRecord()
	if removed := os.Remove(c.envPath()); !errors.Is(removed, os.ErrNotExist) {
		err = errors.Join(err, removed)
	}
	return err
}

func (c compose) downKeepData(ctx context.Context) error {
	if err := c.down(ctx, false); err != nil {
		return err
	}
	fmt.Println("mintfax is stopped; its data stays until `make clean`")
	return nil
}

// logs hands over to docker, which follows containers that are made later, too.
func (c compose) logs() error {
	docker, err := exec.LookPath("docker")
	if err != nil {
		return err
	}
	environment, err := c.environment()
	if err != nil {
		return err
	}
	return syscall.Exec(docker, append([]string{"docker"}, c.arguments("logs", "--follow", "--tail", "5")...), environment)
}
