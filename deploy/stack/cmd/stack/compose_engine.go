package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/mintfax/mintfax/deploy/stack/local"
)

const (
	engineTimeout = 15 * time.Second // for an engine that is there
	pullTimeout   = 3 * time.Minute  // for all images
)

// images are those that are pulled.
func images() []string {
	return []string{"postgres:17-bookworm", "rabbitmq:4.1", "redis:7-bookworm", "golang:1.26-bookworm", "debian:bookworm-slim"}
}

// chooseCompose returns compose when containers can be used, and otherwise says why not. Servers that
// the environment names, and data that local servers already have, decide for processes.
func (s checkout) chooseCompose(ctx context.Context) (*compose, error) {
	c, err := s.compose()
	if err != nil || c != nil && c.record.Running {
		return c, err
	}
	named, err := s.externalServers("")
	if err != nil || named != (local.Addresses{}) {
		return nil, err
	}
	if c == nil {
		if _, err := os.Stat(filepath.Join(s.dir, "servers.json")); err == nil {
			return nil, nil //nolint:nilnil // nil is processes
		}
		c = &compose{checkout: s}
	}
	if err := s.composeUnavailable(ctx); err != nil {
		fmt.Printf("%v; using local servers\n", err)
		return nil, nil //nolint:nilnil // nil is processes
	}
	return c, nil
}

// composeUnavailable is why containers cannot be used, or nil.
func (s checkout) composeUnavailable(ctx context.Context) error {
	if os.Getenv("MINTFAX_COMPOSE") == "no" {
		return errors.New("MINTFAX_COMPOSE=no")
	}
	limited, cancel := context.WithTimeout(ctx, engineTimeout)
	defer cancel()
	if err := docker(limited, "version", "--format", "{{.Server.Version}}"); err != nil {
		return fmt.Errorf("no Docker engine answers: %w", err)
	}
	if err := docker(limited, "compose", "version"); err != nil {
		return fmt.Errorf("docker has no compose plugin: %w", err)
	}
	file := filepath.Join(s.root, composeFiles()[0])
	if err := docker(limited, "compose", "--file", file, "config", "--quiet"); err != nil {
		return fmt.Errorf("docker compose does not understand %s (2.20 or newer does): %w", composeFiles()[0], err)
	}
	limited, cancel = context.WithTimeout(ctx, pullTimeout)
	defer cancel()
	for _, image := range images() {
		if docker(limited, "image", "inspect", image) == nil {
			continue
		}
		fmt.Println("pulling", image)
		if err := docker(limited, "pull", "--quiet", image); err != nil {
			return fmt.Errorf("the image %s cannot be pulled: %w", image, err)
		}
	}
	return nil
}

// docker runs a command and discards its output. Its error is one line.
func docker(ctx context.Context, args ...string) error {
	var problem bytes.Buffer
	cmd := exec.CommandContext(ctx, "docker", args...)
	cmd.Stderr = &problem
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	if err == nil || errors.Is(err, exec.ErrNotFound) {
		return err
	}
	if ctx.Err() != nil {
		return errors.New("no answer in time")
	}
	if lines := strings.Split(strings.TrimSpace(problem.String()), "\n"); lines[len(lines)-1] != "" {
		return errors.New(strings.TrimSpace(lines[len(lines)-1]))
	}
	return err
}
