package runner

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/mintfax/mintfax/shared/config"
)

const readyLimit = 2 * time.Second

// internalServer serves /healthz, /readyz and /metrics, and /debug/pprof/ if PPROF is set. It is never exposed to
// customers.
type internalServer struct {
	server   *http.Server
	checks   map[string]func(context.Context) error
	stopping atomic.Bool
}

func newInternalServer(addr string, registry *prometheus.Registry) *internalServer {
	s := &internalServer{checks: map[string]func(context.Context) error{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	if profiled() {
		mux.HandleFunc("GET /debug/pprof/", pprof.Index)
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	}
	s.server = &http.Server{Addr: addr, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	return s
}

// profiled reports whether profiles are served. They are off by default because they expose memory and cost CPU.
func profiled() bool {
	settings, err := config.Load[struct {
		PPROF bool `env:"PPROF"`
	}]()
	return err == nil && settings.PPROF
}

func (s *internalServer) listen() error {
	addr, err := facing(s.server.Addr)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("INTERNAL_ADDR: %w", err)
	}
	go s.server.Serve(listener) //nolint:errcheck // it ends with ErrServerClosed when closed
	return nil
}

func (s *internalServer) turnRed() { s.stopping.Store(true) }

func (s *internalServer) close() { _ = s.server.Close() }

func (s *internalServer) readyz(w http.ResponseWriter, r *http.Request) {
	if s.stopping.Load() {
		http.Error(w, "stopping", http.StatusServiceUnavailable)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyLimit)
	defer cancel()
	for name, check := range s.checks {
		if err := check(ctx); err != nil {
			http.Error(w, fmt.Sprintf("%s: %v", name, err), http.StatusServiceUnavailable)
			return
		}
	}
	fmt.Fprintln(w, "ready")
}
