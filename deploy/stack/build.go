package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	buildTimeout = 10 * time.Minute // the first one compiles and may download every dependency
	migrate      = "./shared/schema/cmd/migrate"
)

// build builds the programs into BinDir. Instances that share it build one at a time.
func (o Options) build(ctx context.Context) error {
	if err := os.MkdirAll(o.BinDir, 0o755); err != nil {
		return err
	}
	unlock, err := lock(filepath.Join(o.BinDir, ".lock"))
	if err != nil {
		return err
	}
	defer unlock()
	packages := append([]string{migrate}, workers()...)
	for _, service := range o.Services {
		packages = append(packages, service.Package)
	}
	if err := goBuild(ctx, o.Root, o.BinDir, o.BuildFlags, packages...); err != nil {
		return err
	}
	if err := buildTIFFPages(ctx, o.Root, o.BinDir); err != nil {
		o.Log("TIFF files cannot be faxed: " + err.Error())
	}
	return nil
}

// workers are the programs that fax-dispatch starts to read documents.
func workers() []string {
	return []string{"./services/fax-dispatch/cmd/renderer", "./services/fax-dispatch/cmd/converter"}
}

// BuildWorkers builds the programs of a checkout that fax-dispatch starts to read documents into a directory: TIFF's, too. It
// replaces each at once, so that what runs there meanwhile finds the old one or the new one.
func BuildWorkers(ctx context.Context, root, dir string) (err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	unlock, err := lock(filepath.Join(dir, ".lock"))
	if err != nil {
		return err
	}
	defer unlock()
	fresh, err := os.MkdirTemp(dir, "new-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(fresh)) }()
	if err := errors.Join(buildTIFFPages(ctx, root, dir), goBuild(ctx, root, fresh, nil, workers()...)); err != nil {
		return err
	}
	for _, worker := range workers() {
		name := filepath.Base(worker)
		if err := os.Rename(filepath.Join(fresh, name), filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

func goBuild(ctx context.Context, root, dir string, flags []string, packages ...string) error {
	args := append([]string{"build", "-buildvcs=false"}, flags...)
	args = append(append(args, "-o", dir+string(filepath.Separator)), packages...)
	ctx, cancel := context.WithTimeout(ctx, buildTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = 5 * time.Second
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, strings.TrimSpace(string(output)))
	}
	return nil
}

// lock waits for the file's lock. The system gives it back when the process ends, however it ends.
func lock(path string) (func(), error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { _ = file.Close() }, nil // closing unlocks
}
