package local

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	probeInterval  = 100 * time.Millisecond
	probeTimeout   = 3 * time.Second
	reportInterval = 10 * time.Second
	tailLines      = 15
)

// AwaitReady returns when the program can serve. It fails when the program takes longer than its
// limit or keeps ending, and then says what it waited for and shows the end of the log.
func (s *Supervisor) AwaitReady(ctx context.Context) error {
	limit, tell := time.Now().Add(s.program.StartLimit), time.Now().Add(reportInterval)
	for {
		problem := s.probe(ctx)
		if problem == nil {
			return nil
		}
		s.mu.Lock()
		hopeless, reason := !s.everReady && s.failures >= s.program.MaxFailures, s.problem
		s.mu.Unlock()
		if hopeless {
			return s.failed("ended while it was awaited: " + reason)
		}
		if time.Now().After(limit) {
			return s.failed(fmt.Sprintf("was not ready within %s: %v", s.program.StartLimit, problem))
		}
		if time.Now().After(tell) {
			tell = tell.Add(reportInterval)
			s.log(fmt.Sprintf("still waiting for %s (at most %s in all)", s.program.Name, s.program.StartLimit))
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", s.program.Name, context.Cause(ctx))
		case <-time.After(probeInterval):
		}
	}
}

// Ready probes the program once.
func (s *Supervisor) Ready(ctx context.Context) bool { return s.probe(ctx) == nil }

func (s *Supervisor) probe(ctx context.Context) error {
	if s.Pid() == 0 { // another program may answer on its port
		return errors.New("it does not run")
	}
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	if err := s.program.Ready(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.everReady = true
	return nil
}

func (s *Supervisor) failed(what string) error {
	s.mu.Lock()
	log := s.logFile
	s.mu.Unlock()
	if log == "" {
		return fmt.Errorf("%s %s", s.program.Name, what)
	}
	return fmt.Errorf("%s %s\n  %s", s.program.Name, what, Tail(log, tailLines))
}
