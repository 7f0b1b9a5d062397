package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/mintfax/mintfax/deploy/stack"
)

const watchEvery = time.Second

// watch builds a service again when its files or shared's have changed, and ends its processes: the supervisor starts them
// with the new program. What does not build is reported, and the old program goes on.
func (s checkout) watch(ctx context.Context) error {
	if pid, err := s.supervisor(); err != nil || pid == 0 {
		return errors.Join(err, errors.New("no supervisor runs here: start mintfax with `MINTFAX_COMPOSE=no make up`"))
	}
	services, err := filepath.Glob(filepath.Join(s.root, "services", "*"))
	if err != nil {
		return err
	}
	shared := filepath.Join(s.root, "shared")
	seen := map[string]time.Time{}
	for _, service := range services {
		seen[service] = newest(service, shared)
	}
	fmt.Println("watching services and shared; interrupt to end")
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(watchEvery):
		}
		for _, service := range services {
			changed := newest(service, shared)
			if !changed.After(seen[service]) {
				continue
			}
			seen[service] = changed
			if err := s.replace(ctx, filepath.Base(service)); err != nil {
				fmt.Println(err)
			}
		}
	}
}

// replace builds a service and ends its processes, which finish what they have begun.
func (s checkout) replace(ctx context.Context, service string) error {
	began := time.Now()
	program := filepath.Join(s.dir, "bin", service)
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", program+".new", "./services/"+service)
	build.Dir = s.root
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", service, err, output)
	}
	if err := os.Rename(program+".new", program); err != nil {
		return err
	}
	if service == stack.FaxDispatch {
		if err := stack.BuildWorkers(ctx, s.root, filepath.Join(s.dir, "bin")); err != nil {
			return err
		}
	}
	for _, p := range s.readState().Processes {
		if p.Pid != 0 && strings.HasPrefix(p.Name, service+"-") {
			if err := syscall.Kill(p.Pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
				return fmt.Errorf("%s: %w", p.Name, err)
			}
		}
	}
	fmt.Printf("%s: built and restarted in %.1f s\n", service, time.Since(began).Seconds())
	return nil
}

// newest is when a file of these folders was changed last. Tests do not count.
func newest(folders ...string) time.Time {
	var last time.Time
	for _, folder := range folders {
		_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || strings.HasSuffix(path, "_test.go") {
				return nil // a file may go while it is looked at
			}
			if info, err := entry.Info(); err == nil && info.ModTime().After(last) {
				last = info.ModTime()
			}
			return nil
		})
	}
	return last
}
