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

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/events"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/request"
)

// saveEvery is the most that a killed emulator forgets.
const saveEvery = time.Second

// savedState is what a state file holds.
type savedState struct {
	State  processor.Snapshot  `json:"state"`
	Events []events.SavedEvent `json:"events"`
	Keys   []request.SavedKey  `json:"keys"`
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
	k := &PersistentServer{Server: New(cfg), file: file, stop: make(chan struct{})}
	if err := k.load(); err != nil {
		k.Server.Close()
		return nil, err
	}
	k.saving.Go(k.saveLoop)
	return k, nil
}

// Handler is that of the Server, and notes when something may have changed.
func (k *PersistentServer) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			defer k.changed.Store(true) // deferred, because a request may be done and never answered
		}
		k.Server.Handler().ServeHTTP(w, r)
	})
}

// Close ends the emulator and saves a last time.
func (k *PersistentServer) Close() error {
	k.once.Do(func() { close(k.stop) })
	k.saving.Wait()
	k.Server.Close()
	return k.save()
}

func (k *PersistentServer) saveLoop() {
	ticker := time.NewTicker(saveEvery)
	defer ticker.Stop()
	var saved uint64 // sessions expire and events are delivered without any request
	for {
		select {
		case <-k.stop:
			return
		case <-ticker.C:
		}
		news := k.events.Changes()
		if !k.changed.Swap(false) && news == saved {
			continue
		}
		if err := k.save(); err != nil {
			k.changed.Store(true) // try again
			k.log.Error("the state was not saved", "error", err)
			continue
		}
		saved = news
	}
}

func (k *PersistentServer) load() error {
	content, err := os.ReadFile(k.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var known savedState
	if err := json.Unmarshal(content, &known); err != nil {
		return fmt.Errorf("the state file %s cannot be read; delete it to begin anew: %w", k.file, err)
	}
	k.state.Lock()
	k.state.Restore(known.State)
	k.state.Unlock()
	k.keys.Restore(known.Keys)
	k.events.Restore(known.Events)
	return nil
}

// save writes a new file and puts it in the place of the old one, so that there is always a whole one.
func (k *PersistentServer) save() error {
	k.state.Lock()
	content, err := json.Marshal(savedState{State: k.state.Snapshot(), Events: k.events.Snapshot(), Keys: k.keys.Snapshot()})
	k.state.Unlock()
	if err != nil {
		return err
	}
	partial := k.file + ".partial"
	if err := os.WriteFile(partial, content, 0o600); err != nil {
		return err
	}
	return os.Rename(partial, k.file)
}
