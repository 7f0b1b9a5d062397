package local

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"
)

// A program that ends by itself is started again after a pause, which doubles up to its longest and
// is short again once the program has lived for a while.
const (
	minBackoff  = 500 * time.Millisecond
	maxBackoff  = 5 * time.Second
	stableAfter = 30 * time.Second
)

// Program is a program that is to be kept running.
type Program struct {
	Name  string
	Spec  func(context.Context) (Spec, error) // called before every start
	Ready func(context.Context) error         // nil error: it can serve
	// StartLimit is how long it may take to become ready, and StopLimit how long to stop.
	StartLimit, StopLimit time.Duration
	// MaxFailures is how often it may end before it was ever ready.
	MaxFailures int
}

// Supervisor keeps one program running until it is stopped.
type Supervisor struct {
	program Program
	log     func(string)
	cancel  context.CancelFunc
	done    chan struct{}

	mu        sync.Mutex
	child     *Child // nil while it does not run
	stopRun   context.CancelFunc
	wanted    bool
	failures  int // unexpected exits
	everReady bool
	problem   string
	logFile   string
	changed   chan struct{} // closed and replaced at every change
}

// Supervise starts the program and goes on in the background; ctx only lends its values. Restarts are reported
// to log.
func Supervise(ctx context.Context, program Program, say func(string)) *Supervisor {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s := &Supervisor{
		program: program, log: say, cancel: cancel, wanted: true,
		done: make(chan struct{}), changed: make(chan struct{}),
	}
	go s.run(ctx)
	return s
}

// Name is the program's name.
func (s *Supervisor) Name() string { return s.program.Name }

// Pid is the process id, or 0 while the program does not run.
func (s *Supervisor) Pid() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.child == nil {
		return 0
	}
	return s.child.Pid()
}

// Restarts is how often the program exited unexpectedly.
func (s *Supervisor) Restarts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failures
}

// Signal sends sig to the program as it runs now.
func (s *Supervisor) Signal(sig os.Signal) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.child == nil {
		return fmt.Errorf("%s does not run", s.program.Name)
	}
	return s.child.Signal(sig)
}

// Kill ends the program as a crash would. It is then started again.
func (s *Supervisor) Kill() error { return s.Signal(os.Kill) }

// Halt ends the program in order and keeps it down until Resume.
func (s *Supervisor) Halt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wanted = false
	if s.stopRun != nil {
		s.stopRun()
	}
	s.awaitExit()
}

// Crash ends the program and its process group by kill -9, and keeps it down until Resume.
func (s *Supervisor) Crash() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wanted = false
	if s.child == nil {
		return fmt.Errorf("%s does not run", s.program.Name)
	}
	if err := s.child.Crash(); err != nil {
		return err
	}
	s.awaitExit()
	return nil
}

// Resume starts the program after Halt or Crash.
func (s *Supervisor) Resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wanted = true
	s.notify()
}

// Stop ends the program for good and returns when it is gone.
func (s *Supervisor) Stop() {
	s.cancel()
	<-s.done
}

func (s *Supervisor) run(ctx context.Context) {
	defer close(s.done)
	pause := minBackoff
	for s.awaitWanted(ctx) {
		began := time.Now()
		reason := s.runOnce(ctx)
		if reason == "" {
			continue
		}
		if time.Since(began) > stableAfter {
			pause = minBackoff
		}
		s.log(fmt.Sprintf("%s ended (%s); starting it again in %s", s.program.Name, reason, pause))
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, maxBackoff)
	}
}

// runOnce runs the program until it exits, and returns why; nothing when it was stopped.
func (s *Supervisor) runOnce(ctx context.Context) string {
	ctx, end := context.WithCancel(ctx)
	defer end()
	child, err := s.start(ctx, end)
	if err != nil {
		return s.exited(err.Error())
	}
	select {
	case <-child.Done():
		return s.exited(child.Err().Error())
	case <-ctx.Done():
	}
	if err := child.Stop(s.program.StopLimit); err != nil {
		s.log(fmt.Sprintf("stop %s: %v", s.program.Name, err))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.child = nil
	s.notify()
	return ""
}

func (s *Supervisor) start(ctx context.Context, end context.CancelFunc) (*Child, error) {
	spec, err := s.program.Spec(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	child, err := Start(spec)
	if err != nil {
		return nil, err
	}
	s.child, s.stopRun, s.logFile = child, end, spec.Log
	if !s.wanted { // halted between two runs
		end()
	}
	s.notify()
	return child, nil
}

func (s *Supervisor) exited(reason string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.child = nil
	if !s.wanted { // Crash has ended it
		s.notify()
		return ""
	}
	s.failures++
	s.problem = reason
	s.notify()
	return reason
}

func (s *Supervisor) awaitWanted(ctx context.Context) bool {
	for {
		s.mu.Lock()
		wanted, changed := s.wanted, s.changed
		s.mu.Unlock()
		if ctx.Err() != nil || wanted {
			return ctx.Err() == nil
		}
		select {
		case <-ctx.Done():
		case <-changed:
		}
	}
}

// awaitExit waits until the program is gone. The caller holds the lock, which is free meanwhile.
func (s *Supervisor) awaitExit() {
	for s.child != nil {
		wait := s.changed
		s.mu.Unlock()
		<-wait
		s.mu.Lock()
	}
}

// notify wakes waiters after a change. The caller holds the lock.
func (s *Supervisor) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}
