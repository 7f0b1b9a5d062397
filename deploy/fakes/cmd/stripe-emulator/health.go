package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/runner"
)

const healthPath = "/healthz" // Stripe has no such address

// withHealth answers the health check beside what plays Stripe.
func withHealth(stripe http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+healthPath, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.Handle("/", stripe)
	return mux
}

// healthcheck asks the emulator that runs.
func healthcheck(ctx context.Context) error {
	s, err := config.Load[struct {
		Addr string `env:"EMULATOR_ADDR,required"`
	}]()
	if err != nil {
		return err
	}
	return runner.AskReady(ctx, s.Addr, healthPath)
}
