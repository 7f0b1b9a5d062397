package stripe

import (
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/api"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

// Server is an emulator. It delivers events and expires sessions until Close.
type Server struct {
	handler  http.Handler
	state    *processor.State
	sessions *processor.Sessions
	events   *processor.Log
	keys     *api.Keys
	log      *slog.Logger

	stop    chan struct{}
	once    sync.Once
	running sync.WaitGroup
}

// New returns a running emulator that knows nothing yet.
func New(cfg Config) *Server {
	cfg = cfg.withDefaults()
	st := processor.NewState()
	log := processor.NewLog(processor.Endpoint{
		URL: cfg.WebhookURL, Secret: cfg.WebhookSecret, AtOnce: cfg.Deliveries,
		FirstDelay: cfg.RetryDelay, LastDelay: max(cfg.RetryDelay, longestDelay), Timeout: deliveryTimeout,
	}, cfg.Now, cfg.Log)
	proc := processor.New(st, log, cfg.Now, cfg.PublicURL)
	sessions := processor.NewSessions(st, log, proc, cfg.Now, cfg.PublicURL)
	faults := &api.Faults{}
	requests := api.NewLog(cfg.Now)
	keys := api.NewKeys(cfg.Now)

	mux := http.NewServeMux()
	stripe := &api.Server{
		SecretKey: cfg.SecretKey, State: st, Events: log, Sessions: sessions, Processor: proc, Faults: faults, Requests: requests,
		Keys: keys, Now: cfg.Now,
	}
	mux.Handle("/v1/", stripe.Handler())
	processor.NewPages(st, sessions, cfg.Now, cfg.Log).Register(mux)
	(&controlAPI{
		state: st, events: log, sessions: sessions, processor: proc, faults: faults, requests: requests, publicURL: cfg.PublicURL, now: cfg.Now,
	}).register(mux)

	s := &Server{handler: mux, state: st, sessions: sessions, events: log, keys: keys, log: cfg.Log, stop: make(chan struct{})}
	s.running.Go(s.expire)
	return s
}

// Handler answers everything: Stripe's API, the pages, the controls.
func (s *Server) Handler() http.Handler { return s.handler }

// Close ends deliveries, and waits for those under way. No request may follow.
func (s *Server) Close() {
	s.once.Do(func() { close(s.stop) })
	s.running.Wait()
	s.events.Close()
}

// expire expires due sessions in the background.
func (s *Server) expire() {
	ticker := time.NewTicker(expireEvery)
	defer ticker.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-ticker.C:
			s.state.Lock()
			s.sessions.ExpireDue()
			s.state.Unlock()
		}
	}
}
