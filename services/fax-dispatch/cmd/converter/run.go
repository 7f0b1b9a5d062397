package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/runner"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// run runs the converter until ctx is done.
func run(ctx context.Context) error {
	cfg, err := config.Load[settings]()
	if err != nil {
		return err
	}
	program, err := exec.LookPath(office.Program)
	if err != nil {
		return fmt.Errorf("find LibreOffice: %w", err)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	local, err := office.NewLocal(self, program)
	if err != nil {
		return err
	}
	if err := selfTest(ctx, local); err != nil {
		return err
	}
	log := telemetry.NewLogger(os.Stdout, "converter", cfg.LogLevel)
	r := runner.New(log, cfg.InternalAddr)
	r.Go("http", newServer(cfg.HTTPAddr, office.Handler(local, log)).run)
	return r.Run(ctx)
}

// selfTest converts a page: a converter that cannot must not report ready.
func selfTest(ctx context.Context, local *office.Local) error {
	if _, err := local.PDF(ctx, []byte("<p>Hello.</p>"), document.HTML, document.Letter, office.CPU); err != nil {
		return fmt.Errorf("self-test: %w", err)
	}
	return nil
}
