package local

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Spec says how to start a program.
type Spec struct {
	Path       string
	Args       []string
	Env        []string // the whole environment, apart from the marks
	Dir        string
	Log        string // the file that output and errors are appended to
	User       *User  // nil: the caller's own
	Mark       Mark
	StopSignal syscall.Signal // stops the program; SIGTERM when zero
}

// User is the account a program runs as. Only root may give another than its own.
type User struct {
	UID, GID uint32
}

// Credential is the user in the form that os/exec takes; nil for the caller's own.
func (u *User) Credential() *syscall.Credential {
	if u == nil {
		return nil
	}
	return &syscall.Credential{Uid: u.UID, Gid: u.GID, Groups: []uint32{}}
}

// Child is a running program.
type Child struct {
	cmd        *exec.Cmd
	stopSignal syscall.Signal
	done       chan struct{}
	err        error // why it ended; to be read after done
}

// Start runs the program in a process group of its own, so that a Ctrl-C in the terminal reaches the
// supervisor alone, which then ends everything in order.
func Start(spec Spec) (*Child, error) {
	log, err := os.OpenFile(spec.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	defer log.Close()
	cmd := exec.Command(spec.Path, spec.Args...) // it outlives the call that starts it
	cmd.Env = append(spec.Mark.environment(), spec.Env...)
	cmd.Dir = spec.Dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: spec.User.Credential()}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", spec.Path, err)
	}
	c := &Child{cmd: cmd, stopSignal: spec.StopSignal, done: make(chan struct{})}
	if c.stopSignal == 0 {
		c.stopSignal = syscall.SIGTERM
	}
	go c.wait()
	return c, nil
}

// Pid is the program's process id.
func (c *Child) Pid() int { return c.cmd.Process.Pid }

// Done is closed when the program has ended.
func (c *Child) Done() <-chan struct{} { return c.done }

// Err says how the program ended. It may be called once Done is closed.
func (c *Child) Err() error { return c.err }

// Signal sends sig to the program; a program that has ended is left alone.
func (c *Child) Signal(sig os.Signal) error {
	if err := c.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// Crash kills the program together with its process group.
func (c *Child) Crash() error {
	if err := syscall.Kill(-c.Pid(), syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	return nil
}

// Stop signals the program to end and returns when it has. After the timeout it is killed together
// with its process group.
func (c *Child) Stop(patience time.Duration) error {
	if err := c.Signal(c.stopSignal); err != nil {
		return err
	}
	select {
	case <-c.done:
		return nil
	case <-time.After(patience):
	}
	if err := c.Crash(); err != nil {
		return err
	}
	<-c.done
	return nil
}

func (c *Child) wait() {
	c.err = c.cmd.Wait()
	if c.err == nil {
		c.err = errors.New("exit status 0")
	}
	close(c.done)
}
