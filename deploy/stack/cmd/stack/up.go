package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// With installing, building and a broker that starts slowly, each of which has a limit of its own.
const upTimeout = 25 * time.Minute

// up starts containers, or the supervisor if there is none, and returns when everything is ready.
func (s checkout) up(ctx context.Context) error {
	command, err := s.serialise()
	if err != nil {
		return err
	}
	defer command.Close()
	pid, err := s.supervisor()
	if err != nil {
		return err
	}
	if pid != 0 {
		command.Close() // so that a `down` need not wait
		return s.awaitRunning(ctx)
	}
	containers, err := s.chooseCompose(ctx)
	if err != nil {
		return err
	}
	if containers != nil {
		return containers.up(ctx)
	}
	progress, err := s.progress()
	if err != nil {
		return err
	}
	defer progress.Close()
	ended, err := s.launch()
	if err != nil {
		return err
	}
	return s.awaitStart(ctx, command, progress, ended)
}

// progress is the supervisor's log, from here on.
func (s checkout) progress() (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(s.logPath()), 0o700); err != nil {
		return nil, err
	}
	log, err := os.OpenFile(s.logPath(), os.O_CREATE|os.O_RDONLY, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = log.Seek(0, io.SeekEnd)
	return log, err
}

// launch starts the supervisor in a session of its own. The channel is closed should it end.
func (s checkout) launch() (<-chan struct{}, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	log, err := os.OpenFile(s.logPath(), os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(self, "supervise") // it outlives this command
	cmd.Dir = s.root
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the supervisor: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // the log says why
		close(ended)
	}()
	return ended, nil
}

func (s checkout) awaitStart(ctx context.Context, command, progress *os.File, ended <-chan struct{}) error {
	end := time.Now().Add(upTimeout)
	for {
		if _, err := io.Copy(os.Stdout, progress); err != nil {
			return err
		}
		pid, err := s.supervisor()
		if err != nil {
			return err
		}
		if pid != 0 {
			command.Close() // the supervisor's own lock takes over
			if s.readState().Ready {
				_, err := io.Copy(os.Stdout, progress)
				return err
			}
		}
		select {
		case <-ctx.Done():
			return errors.New("interrupted; what was started goes on in the background, `make down` ends it")
		case <-ended:
			_, err := io.Copy(os.Stdout, progress)
			return errors.Join(errors.New("mintfax did not start; the lines above say why"), err)
		case <-time.After(100 * time.Millisecond):
		}
		if time.Now().After(end) {
			return fmt.Errorf("not ready within %s: see `make logs`", upTimeout)
		}
	}
}

// awaitRunning waits until the running supervisor has everything ready, as it does by itself.
func (s checkout) awaitRunning(ctx context.Context) error {
	end, told := time.Now().Add(upTimeout), ""
	for {
		now := s.readState()
		if now.Ready {
			fmt.Println("mintfax is already running (to run changed code: make down up)")
			return nil
		}
		if waits := now.waitsFor(); waits != told {
			fmt.Println("waiting for", waits)
			told = waits
		}
		pid, err := s.supervisor()
		if err != nil {
			return err
		}
		if pid == 0 {
			return errors.New("the supervisor has ended meanwhile: see " + s.logPath())
		}
		if time.Now().After(end) {
			return fmt.Errorf("not ready within %s: see `make logs`", upTimeout)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func (s state) waitsFor() string {
	var names []string
	for _, p := range s.Processes {
		if !p.Ready {
			names = append(names, p.Name)
		}
	}
	if len(names) == 0 {
		return "the start that is under way"
	}
	return strings.Join(names, ", ")
}
