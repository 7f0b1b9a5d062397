package process

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	askEvery  = 100 * time.Millisecond
	askLimit  = 3 * time.Second
	tellEvery = 10 * time.Second
	tailLines = 15
)

// AwaitReady returns when the program can serve. It fails when the program takes longer than its
// limit or keeps ending, and then says what it waited for and shows the end of the log.
func (k *Keeper) AwaitReady(ctx context.Context) error {
	limit, tell := time.Now().Add(k.program.StartLimit), time.Now().Add(tellEvery)
	for {
		problem := k.ask(ctx)
		if problem == nil {
			return nil
		}
		k.mu.Lock()
		hopeless, reason := !k.served && k.exits >= k.program.Tries, k.problem
		k.mu.Unlock()
		if hopeless {
			return k.failed("ended while it was awaited: " + reason)
		}
		if time.Now().After(limit) {
			return k.failed(fmt.Sprintf("was not ready within %s: %v", k.program.StartLimit, problem))
		}
		if time.Now().After(tell) {
			tell = tell.Add(tellEvery)
			k.say(fmt.Sprintf("still waiting for %s (at most %s in all)", k.program.Name, k.program.StartLimit))
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", k.program.Name, context.Cause(ctx))
		case <-time.After(askEvery):
		}
	}
}

// Ready asks the program once whether it can serve.
func (k *Keeper) Ready(ctx context.Context) bool { return k.ask(ctx) == nil }

func (k *Keeper) ask(ctx context.Context) error {
	if k.Pid() == 0 { // another program may answer on its port
		return errors.New("it does not run")
	}
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	if err := k.program.Ready(ctx); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.served = true
	return nil
}

func (k *Keeper) failed(what string) error {
	k.mu.Lock()
	log := k.log
	k.mu.Unlock()
	if log == "" {
		return fmt.Errorf("%s %s", k.program.Name, what)
	}
	return fmt.Errorf("%s %s\n  %s", k.program.Name, what, Tail(log, tailLines))
}
