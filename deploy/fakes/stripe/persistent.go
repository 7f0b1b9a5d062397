package stripe

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/api"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

// saveEvery is the most that a killed emulator forgets.
const saveEvery = time.Second

// savedState is what a state file holds.
type savedState struct {
	State  processor.Snapshot     `json:"state"`
	Events []processor.SavedEvent `json:"events"`
	Keys   []api.SavedKey         `json:"keys"`
}

// PersistentServer is an emulator that remembers across restarts, in a file.
type PersistentServer struct {
	*Server
	file    string
	changed atomic.Bool
	once    sync.Once
	stop    chan struct{}
	saving  sync.WaitGroup
}

// Open returns a running emulator that knows what the file says. A file that is not there yet is
// made; one that cannot be read is an error.
func Open(cfg Config, file string) (*PersistentServer, error) {
	p := &PersistentServer{Server: New(cfg), file: file, stop: make(chan struct{})}
	if err := p.load(); err != nil {
		p.Server.Close()
		return nil, err
	}
	p.saving.Go(p.saveLoop)
	return p, nil
}

// Handler is that of the Server, and notes when something may have changed.
func (p *PersistentServer) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			defer p.changed.Store(true) // deferred, because a request may be done and never answered
		}
		p.Server.Handler().ServeHTTP(w, r)
	})
}

// Close ends the emulator and saves a last time.
func (p *PersistentServer) Close() error {
	p.once.Do(func() { close(p.stop) })
	p.saving.Wait()
	p.Server.Close()
	return p.save()
}

func (p *PersistentServer) saveLoop() {
	ticker := time.NewTicker(saveEvery)
	defer ticker.Stop()
	var saved uint64 // sessions expire and events are delivered without any request
	for {
		select {
		case <-p.stop:
			return
		case <-ticker.C:
		}
		changes := p.events.Changes()
		if !p.changed.Swap(false) && changes == saved {
			continue
		}
		if err := p.save(); err != nil {
			p.changed.Store(true) // try again
			p.log.Error("the state was not saved", "error", err)
			continue
		}
		saved = changes
	}
}

func (p *PersistentServer) load() error {
	content, err := os.ReadFile(p.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var saved savedState
	if err := json.Unmarshal(content, &saved); err != nil {
		return fmt.Errorf("the state file %s cannot be read; delete it to begin anew: %w", p.file, err)
	}
	p.state.Lock()
	p.state.Restore(saved.State)
	p.state.Unlock()
	p.keys.Restore(saved.Keys)
	p.events.Restore(saved.Events)
	return nil
}

// save writes a new file and puts it in the place of the old one, so that there is always a whole one.
func (p *PersistentServer) save() error {
	p.state.Lock()
	content, err := json.Marshal(savedState{State: p.state.Snapshot(), Events: p.events.Snapshot(), Keys: p.keys.Snapshot()})
	p.state.Unlock()
	if err != nil {
		return err
	}
	partial := p.file + ".partial"
	if err := os.WriteFile(partial, content, 0o600); err != nil {
		return err
	}
	return os.Rename(partial, p.file)
}
