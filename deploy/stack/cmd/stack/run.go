package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/mintfax/mintfax/deploy/stack"
)

// checkout is what every command works on.
type checkout struct {
	root string // the checkout
	dir  string // its .run
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("which command?\n%s", usage)
	}
	root, err := stack.FindRoot()
	if err != nil {
		return err
	}
	s := checkout{root: root, dir: filepath.Join(root, ".run")}
	commands := map[string]func(context.Context) error{
		"up": s.up, "down": s.down, "clean": s.clean, "status": s.status, "logs": s.logs,
		"env": s.env, "supervise": s.supervise, "watch": s.watch, "hold": s.hold,
	}
	switch args[0] {
	case "exec":
		return s.exec(ctx, args[1:])
	case "keep":
		return s.keep(ctx, args[1:])
	}
	command := commands[args[0]]
	if command == nil || len(args) > 1 {
		return fmt.Errorf("no such command: %q\n%s", args, usage)
	}
	return command(ctx)
}

func (s checkout) env(context.Context) error {
	text, err := os.ReadFile(s.envPath())
	if err != nil {
		return errors.New("mintfax is not running: start it with `make up`")
	}
	_, err = os.Stdout.Write(text)
	return err
}

// logs hands over to tail, which follows files that are made later, too.
func (s checkout) logs(context.Context) error {
	if c, err := s.runningCompose(); err != nil {
		return err
	} else if c != nil {
		return c.logs()
	}
	files, err := filepath.Glob(filepath.Join(s.dir, "log", "*.log"))
	if err != nil || len(files) == 0 {
		return errors.New("there are no logs yet: start mintfax with `make up`")
	}
	tail, err := exec.LookPath("tail")
	if err != nil {
		return err
	}
	return syscall.Exec(tail, append([]string{"tail", "-n", "5", "-F"}, files...), os.Environ())
}

func (s checkout) envPath() string { return filepath.Join(s.dir, "env") }
func (s checkout) logPath() string { return filepath.Join(s.dir, "log", "supervisor.log") }
