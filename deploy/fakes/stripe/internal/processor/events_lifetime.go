package processor

import (
	"context"
	"sync"
	"time"
)

// lifetime is the context of the deliveries. They belong to no request and to no caller, only to the
// log, which ends them.
type lifetime struct {
	done chan struct{}
	once sync.Once
}

func newLifetime() *lifetime { return &lifetime{done: make(chan struct{})} }

func (l *lifetime) end() { l.once.Do(func() { close(l.done) }) }

func (*lifetime) Deadline() (deadline time.Time, ok bool) { return time.Time{}, false }

func (l *lifetime) Done() <-chan struct{} { return l.done }

func (*lifetime) Value(any) any { return nil }

func (l *lifetime) Err() error {
	select {
	case <-l.done:
		return context.Canceled
	default:
		return nil
	}
}
