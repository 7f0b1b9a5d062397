// Package bench is what the benchmarks share: servers of their own to measure on, processor time, medians, result files.
package bench

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/mintfax/mintfax/deploy/stack/local"
)

// Rig is what a benchmark measures on.
type Rig struct {
	Dir     string         // for whatever the benchmark writes
	Servers *local.Servers // empty ones that wait for the disk, as in production
	Log     func(string)   // shows progress, a line at a time
}

// Run gives measure a rig of its own and deletes it afterwards.
func Run(ctx context.Context, name string, measure func(context.Context, Rig) error) (err error) {
	dir, err := os.MkdirTemp("", "mintfax-bench-"+name+"-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	log := func(line string) { fmt.Fprintln(os.Stderr, time.Now().Format(time.TimeOnly), line) }
	set, err := local.StartServers(ctx, local.ServerOptions{Dir: filepath.Join(dir, "servers"), Ephemeral: true, Durable: true, Log: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, set.Stop()) }()
	return measure(ctx, Rig{Dir: dir, Servers: set, Log: log})
}

// WriteJSON writes results into a file of dir, and creates dir if need be.
func WriteJSON(dir, name string, results any) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	encoded, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), append(encoded, '\n'), 0o644)
}

// Median returns the median of one figure of all measurements, the upper one of an even number; zero of none.
func Median[M any, V cmp.Ordered](all []M, figure func(M) V) V {
	if len(all) == 0 {
		var none V
		return none
	}
	values := make([]V, len(all))
	for i, m := range all {
		values[i] = figure(m)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// Milliseconds returns a duration as results show it.
func Milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
