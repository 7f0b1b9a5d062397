package process

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
	shortestPause = 500 * time.Millisecond
	longestPause  = 5 * time.Second
	longLife      = 30 * time.Second
)

// Program is a program that is to be kept running.
type Program struct {
	Name  string
	Spec  func(context.Context) (Spec, error) // asked before every start
	Ready func(context.Context) error         // nil error: it can serve
	// StartLimit is how long it may take to become ready, and StopLimit how long to end when asked.
	StartLimit, StopLimit time.Duration
	// Tries is how often it may end before it was ever ready.
	Tries int
}

// Keeper keeps one program running until it is stopped.
type Keeper struct {
	program Program
	say     func(string)
	cancel  context.CancelFunc
	done    chan struct{}

	mu      sync.Mutex
	child   *Child // nil while it does not run
	endRun  context.CancelFunc
	wanted  bool
	exits   int // ends that nobody asked for
	served  bool
	problem string
	log     string
	changed chan struct{} // closed and replaced at every change
}

// Keep starts the program and goes on in the background; ctx only lends its values. Restarts are told
// to say.
func Keep(ctx context.Context, program Program, say func(string)) *Keeper {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	k := &Keeper{
		program: program, say: say, cancel: cancel, wanted: true,
		done: make(chan struct{}), changed: make(chan struct{}),
	}
	go k.run(ctx)
	return k
}

// Name is the program's name.
func (k *Keeper) Name() string { return k.program.Name }

// Pid is the process id, or 0 while the program does not run.
func (k *Keeper) Pid() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.child == nil {
		return 0
	}
	return k.child.Pid()
}

// Restarts is how often the program ended without being asked to.
func (k *Keeper) Restarts() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.exits
}

// Signal sends sig to the program as it runs now.
func (k *Keeper) Signal(sig os.Signal) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.child == nil {
		return fmt.Errorf("%s does not run", k.program.Name)
	}
	return k.child.Signal(sig)
}

// Kill ends the program as a crash would. It is then started again.
func (k *Keeper) Kill() error { return k.Signal(os.Kill) }

// Halt ends the program in order and keeps it down until Resume.
func (k *Keeper) Halt() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.wanted = false
	if k.endRun != nil {
		k.endRun()
	}
	k.awaitEnd()
}

// Crash ends the program and its process group by kill -9, and keeps it down until Resume.
func (k *Keeper) Crash() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.wanted = false
	if k.child == nil {
		return fmt.Errorf("%s does not run", k.program.Name)
	}
	if err := k.child.Crash(); err != nil {
		return err
	}
	k.awaitEnd()
	return nil
}

// Resume starts the program after Halt or Crash.
func (k *Keeper) Resume() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.wanted = true
	k.announce()
}

// Stop ends the program for good and returns when it is gone.
func (k *Keeper) Stop() {
	k.cancel()
	<-k.done
}

func (k *Keeper) run(ctx context.Context) {
	defer close(k.done)
	pause := shortestPause
	for k.awaitWanted(ctx) {
		began := time.Now()
		reason := k.once(ctx)
		if reason == "" {
			continue
		}
		if time.Since(began) > longLife {
			pause = shortestPause
		}
		k.say(fmt.Sprintf("%s ended (%s); starting it again in %s", k.program.Name, reason, pause))
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
	}
}

// once runs the program until it ends, and returns why; nothing when it was asked to.
func (k *Keeper) once(ctx context.Context) string {
	ctx, end := context.WithCancel(ctx)
	defer end()
	child, err := k.start(ctx, end)
	if err != nil {
		return k.ended(err.Error())
	}
	select {
	case <-child.Done():
		return k.ended(child.Err().Error())
	case <-ctx.Done():
	}
	if err := child.Stop(k.program.StopLimit); err != nil {
		k.say(fmt.Sprintf("stop %s: %v", k.program.Name, err))
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.child = nil
	k.announce()
	return ""
}

func (k *Keeper) start(ctx context.Context, end context.CancelFunc) (*Child, error) {
	spec, err := k.program.Spec(ctx)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	child, err := Start(spec)
	if err != nil {
		return nil, err
	}
	k.child, k.endRun, k.log = child, end, spec.Log
	if !k.wanted { // halted between two runs
		end()
	}
	k.announce()
	return child, nil
}

func (k *Keeper) ended(reason string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.child = nil
	if !k.wanted { // Crash has ended it
		k.announce()
		return ""
	}
	k.exits++
	k.problem = reason
	k.announce()
	return reason
}

func (k *Keeper) awaitWanted(ctx context.Context) bool {
	for {
		k.mu.Lock()
		wanted, changed := k.wanted, k.changed
		k.mu.Unlock()
		if ctx.Err() != nil || wanted {
			return ctx.Err() == nil
		}
		select {
		case <-ctx.Done():
		case <-changed:
		}
	}
}

// awaitEnd waits until the program is gone. The caller holds the lock, which is free meanwhile.
func (k *Keeper) awaitEnd() {
	for k.child != nil {
		wait := k.changed
		k.mu.Unlock()
		<-wait
		k.mu.Lock()
	}
}

// announce tells waiters of a change. The caller holds the lock.
func (k *Keeper) announce() {
	close(k.changed)
	k.changed = make(chan struct{})
}
