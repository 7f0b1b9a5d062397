package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
)

// startLimit is the time that all packages together may take to initialize. Every document pays it.
const startLimit = 2 * time.Millisecond

// On a busy machine a process waits for a processor. The shortest of many runs has not.
func TestPackagesOfTheRendererInitializeInTwoMilliseconds(t *testing.T) {
	shortest := map[string]time.Duration{}
	for range 40 {
		for name, took := range initTrace(t, rendertest.Worker(t, render.Worker)) {
			if known, seen := shortest[name]; !seen || took < known {
				shortest[name] = took
			}
		}
	}
	var total time.Duration
	names := make([]string, 0, len(shortest))
	for name, took := range shortest {
		total += took
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return int(shortest[b] - shortest[a]) })
	slowest := ""
	for _, name := range names[:5] {
		slowest += fmt.Sprintf("\n%s %s", shortest[name], name)
	}
	require.LessOrEqual(t, total, startLimit, "the slowest packages:%s", slowest)
	t.Logf("%s; the slowest packages:%s", total, slowest)
}

// initTrace returns what each package of a Go program takes to initialize, by its path. The runtime prints lines such as
// "init unicode @0.47 ms, 0.033 ms clock, 11400 bytes, 16 allocs" (https://pkg.go.dev/runtime, GODEBUG=inittrace).
func initTrace(t *testing.T, program string) map[string]time.Duration {
	t.Helper()
	command := exec.Command(program)
	command.Env = []string{"GODEBUG=inittrace=1"}
	var stderr bytes.Buffer
	command.Stderr = &stderr
	require.Error(t, command.Run(), "it needs arguments")
	took := map[string]time.Duration{}
	for lines := bufio.NewScanner(&stderr); lines.Scan(); {
		var name string
		var at, clock float64
		if !strings.HasPrefix(lines.Text(), "init ") {
			continue
		}
		_, err := fmt.Sscanf(lines.Text(), "init %s @%f ms, %f ms clock", &name, &at, &clock)
		require.NoError(t, err, lines.Text())
		if name != "runtime" { // it starts every Go program
			took[name] = time.Duration(clock * float64(time.Millisecond))
		}
	}
	require.NotEmpty(t, took)
	return took
}
