package api

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

// Faults is the faults that wait for their requests.
type Faults struct {
	mu     sync.Mutex
	faults []control.Fault
}

// Add appends a fault.
func (l *Faults) Add(f control.Fault) error {
	if f.Count < 0 {
		return errors.New("count is at least 1")
	}
	if f.Status != 0 && (f.Status < 400 || f.Status > 599) {
		return errors.New("status is from 400 to 599")
	}
	if f.DelayMS < 0 || f.DelayMS > 60000 {
		return errors.New("delay_ms is from 1 to 60000")
	}
	ways := 0
	for _, given := range []bool{f.Status != 0, f.DelayMS != 0, f.DropAfterEffect} {
		if given {
			ways++
		}
	}
	if ways != 1 {
		return errors.New("exactly one of status, delay_ms and drop_after_effect says what goes wrong")
	}
	f.Count = max(f.Count, 1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = append(l.faults, f)
	return nil
}

// Take returns the fault that this request suffers, the zero Fault for none.
func (l *Faults) Take(method, path string) control.Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.faults {
		f := &l.faults[i]
		if (f.Method != "" && f.Method != method) || !strings.HasPrefix(path, f.PathPrefix) {
			continue
		}
		f.Count--
		taken := *f
		if f.Count == 0 {
			l.faults = slices.Delete(l.faults, i, i+1)
		}
		return taken
	}
	return control.Fault{}
}

// Waiting returns the faults that are still to come; it is never nil.
func (l *Faults) Waiting() []control.Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]control.Fault{}, l.faults...)
}

// Clear forgets all faults.
func (l *Faults) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = nil
}
