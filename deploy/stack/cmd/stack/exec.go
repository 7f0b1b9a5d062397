package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/stack/local"
)

const (
	testDirs = "test*"
	testLock = "exec.lock"
	// testDirVariable tells a command which of these directories its servers have.
	testDirVariable = "STACK_TEST_DIR"
	mostTests       = 8
	// After an interrupt from the terminal, which the command gets by itself, and until it is killed.
	interruptGrace, killGrace = 2 * time.Second, 15 * time.Second
)

// exec runs a command with servers for tests, which start empty and are gone afterwards together with
// whatever the command has left running.
func (s checkout) exec(ctx context.Context, args []string) (err error) {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return fmt.Errorf("exec needs a command\n%s", usage)
	}
	dir, lock, err := s.testDir()
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := sweepTests(ctx, dir); err != nil {
		return err
	}
	named, err := s.externalTestServers()
	if err != nil {
		return err
	}
	tell := func(line string) { fmt.Fprintln(os.Stderr, "stack:", line) }
	set, err := local.StartServers(ctx, local.ServerOptions{Dir: dir, External: named, Ephemeral: true, Tests: true, Log: tell})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, set.Stop()) }()
	script, err := provideAxe(ctx, filepath.Join(s.dir, "tools"))
	if err != nil {
		return err
	}
	tools := filepath.Join(s.dir, "tools")
	if err := stack.BuildWorkers(ctx, s.root, tools); err != nil {
		return err
	}
	environment := append(set.Addresses().Environment("TEST_"), axeVariable+"="+script, testDirVariable+"="+dir, "PATH="+tools+":"+os.Getenv("PATH"))
	err = asExitStatus(command(ctx, args, dir, environment))
	_, swept := commandMark(dir).Sweep(context.WithoutCancel(ctx))
	return errors.Join(err, swept)
}

// commandMark is carried by whatever a command starts.
func commandMark(dir string) local.Mark { return local.MarkOf(filepath.Join(dir, "command")) }

// sweepTests ends what a killed exec has left behind.
func sweepTests(ctx context.Context, dir string) error {
	if _, err := commandMark(dir).Sweep(ctx); err != nil {
		return err
	}
	_, err := stack.Sweep(ctx, dir)
	return err
}

// testDir takes the first directory that no other exec uses.
func (s checkout) testDir() (string, *os.File, error) {
	for n := 1; n <= mostTests; n++ {
		dir := filepath.Join(s.dir, "test")
		if n > 1 {
			dir = fmt.Sprintf("%s-%d", dir, n)
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return "", nil, err
		}
		lock, err := tryLock(filepath.Join(dir, testLock))
		if err != nil || lock != nil {
			return dir, lock, err
		}
	}
	return "", nil, fmt.Errorf("%d other tests are running in this checkout: let them finish first", mostTests)
}

// externalTestServers is what TEST_DATABASE_URL and so on name, else DATABASE_URL and so on.
func (s checkout) externalTestServers() (local.Addresses, error) {
	forTests, err := local.AddressesFromEnvironment("TEST_")
	if err != nil {
		return forTests, err
	}
	general, err := s.externalServers("")
	return forTests.Or(general), err
}

func command(ctx context.Context, args []string, dir string, environment []string) error {
	cmd := exec.Command(args[0], args[1:]...) // ended below
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(withoutServers(), environment...)
	cmd.Env = append(cmd.Env, commandMark(dir).Set())
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	return end(cmd, signals, ended)
}

// exitStatus is how the command ended, which becomes how this program ends.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// asExitStatus gives a command that a signal has ended the status that a shell gives it.
func asExitStatus(err error) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitStatus(128 + int(status.Signal()))
	}
	return exitStatus(exit.ExitCode())
}

// end passes the signal on and waits for the command.
func end(cmd *exec.Cmd, signals <-chan os.Signal, ended <-chan error) error {
	var sig os.Signal = syscall.SIGTERM
	select {
	case sig = <-signals:
	case <-time.After(100 * time.Millisecond): // it came before we listened
	}
	if sig == os.Interrupt {
		select {
		case err := <-ended:
			return err
		case <-time.After(interruptGrace):
		}
	}
	_ = cmd.Process.Signal(sig) // it may have ended meanwhile
	select {
	case err := <-ended:
		return err
	case <-time.After(killGrace):
	}
	_ = cmd.Process.Kill()
	return <-ended
}

// withoutServers is the environment without the addresses that tests must not take for theirs.
func withoutServers() []string {
	var kept []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		switch strings.TrimPrefix(name, "TEST_") {
		case "DATABASE_URL", "AMQP_URL", "AMQP_MANAGEMENT_URL", "REDIS_URL":
		default:
			kept = append(kept, entry)
		}
	}
	return kept
}
