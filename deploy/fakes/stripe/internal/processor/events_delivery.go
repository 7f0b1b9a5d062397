package processor

import (
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

// persist delivers one copy of an event until the endpoint takes it, or the mode forbids it. Only the
// first attempt is made for an event that another copy has already brought.
func (l *Log) persist(r *record) {
	if l.tryOnce(r, true) {
		return
	}
	l.retry(r)
}

func (l *Log) retry(r *record) {
	for delay := l.endpoint.FirstDelay; ; delay = min(2*delay, l.endpoint.LastDelay) {
		if !l.sleep(delay) || l.tryOnce(r, false) {
			return
		}
	}
}

// tryOnce makes an attempt, and reports whether that was the last one.
func (l *Log) tryOnce(r *record, first bool) bool {
	if !l.acquire() {
		return true
	}
	defer l.release()
	if !l.allowed(r, first) {
		return true
	}
	return l.attempt(r).OK()
}

// allowed applies the mode of this moment.
func (l *Log) allowed(r *record, first bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch l.modeOf(r) {
	case control.Hold:
		r.setUnlessDelivered(control.Held)
		return false
	case control.Drop:
		r.setUnlessDelivered(control.Dropped)
		return false
	default:
		return first || r.status != control.Delivered
	}
}

// attempt posts the event once and notes what came of it.
func (l *Log) attempt(r *record) control.Attempt {
	attempt := l.post(r.body, control.Signature{})
	l.mu.Lock()
	r.attempts = append(r.attempts, attempt)
	l.changes++
	if attempt.OK() {
		r.status = control.Delivered
	}
	l.mu.Unlock()
	l.log.Info("event sent", "event_id", r.event.ID, "type", r.event.Type, "status", attempt.Status, "error", attempt.Error)
	return attempt
}

func (r *record) setUnlessDelivered(status control.Status) {
	if r.status != control.Delivered {
		r.status = status
	}
}

// acquire waits for one of the deliveries at the same time; false means that the log was closed.
func (l *Log) acquire() bool {
	select {
	case <-l.ctx.Done():
		return false
	case l.slots <- struct{}{}:
		return l.ctx.Err() == nil || l.giveBack()
	}
}

func (l *Log) release() { <-l.slots }

func (l *Log) giveBack() bool {
	l.release()
	return false
}

func (l *Log) sleep(delay time.Duration) bool {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-l.ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
