package hostile_test

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/stack/apiclient"
	"github.com/mintfax/mintfax/deploy/tests/hostile"
	"github.com/mintfax/mintfax/shared/ids"
)

var instance *stack.Instance

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "mintfax-hostile-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	temporary := filepath.Join(dir, "tmp")
	if err := os.Mkdir(temporary, 0o700); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	many := map[string]string{
		"LIMIT_ADDRESS_PER_MINUTE": "1000000", "LIMIT_KEY_PER_MINUTE": "1000000", "LIMIT_REGISTRATIONS_PER_HOUR": "1000000", "TMPDIR": temporary,
	}
	instance, err = stack.Start(ctx, stack.Options{
		Dir: dir, Env: map[string]map[string]string{stack.Gateway: many, stack.FaxDispatch: {"TMPDIR": temporary}},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "hostile tests: run them with `make test`, which starts the servers:", err)
		return 1
	}
	code := m.Run()
	if err := instance.Close(context.WithoutCancel(ctx)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

const (
	// What a case may take of the CPU, which other work on the machine does not change. Alone on a machine with two
	// processors, an answer that takes no more comes within 5 s.
	work     = 5 * time.Second
	longWork = 150 * time.Second // of long documents, and of those that LibreOffice reads

	inTime    = 135 * time.Second // however busy the machine is
	maxGrowth = 256 << 20
	// neighbourly is the most that a fax of one line may take meanwhile; usually it is 50 ms.
	neighbourly = 2 * time.Second
)

func client() *apiclient.Client { return apiclient.New(instance.GatewayURL(), instance.MailDir()) }

func register(t *testing.T) apiclient.Account {
	t.Helper()
	a, err := client().Register(t.Context(), "A", strings.ToLower(ids.Base62(16))+"@hostile.example")
	require.NoError(t, err)
	return a
}

// attack sends cases, one after the other by the chosen of all ways, and holds each to what is promised. Each office
// document is that of another account: one whose document was too complex has to pause.
func attack(t *testing.T, cases []hostile.Case, by ...int) {
	t.Helper()
	ways := waysOf(t)
	good := beNeighbour(t)
	watch := hostile.StartMonitor(instance.Process(stack.Gateway, 1).Pid(), instance.Process(stack.FaxDispatch, 1).Pid())
	defer watch.Stop()
	for i, c := range cases {
		if c.Office {
			ways = waysOf(t)
		}
		way := ways[by[i%len(by)]]
		before, did := watch.Memory(), watch.CPUTime()
		watch.PeakMemory()
		good.reset()
		got, err := hostile.Attack(t.Context(), way, c)
		growth, did := watch.PeakMemory()-before, watch.CPUTime()-did
		waited := good.slowest()
		t.Logf("%-42s %-5s %3d %-20s %5.1f s  %4.1f s CPU %4d MB  neighbour %4.1f s",
			c.Name, way.Name, got.Status, got.Outcome, got.Took.Seconds(), did.Seconds(), max(growth, 0)>>20, waited.Seconds())
		if err != nil {
			t.Errorf("%s (%s): no answer after %s: %v", c.Name, way.Name, got.Took, err)
			continue
		}
		most := work
		if c.Long || c.Office {
			most = longWork
		}
		wanted := c.Wanted(got.Outcome) || way.Name == hostile.Form && c.WantedOfPage(got.Status)
		if !wanted || got.Took > inTime || did > most || waited > neighbourly {
			t.Errorf("%s (%s): %d %s, wanted %s", c.Name, way.Name, got.Status, got.Outcome, c.Want)
		}
		if growth > maxGrowth && !c.Office {
			t.Errorf("%s (%s) took %d MB", c.Name, way.Name, growth>>20)
		}
	}
	good.stop(t)
	requireNothingLeft(t)
	requireDelivery(t)
}

// requireDelivery sends a fax, as if nothing had happened.
func requireDelivery(t *testing.T) {
	t.Helper()
	a := register(t)
	answer, err := client().SendFax(t.Context(), a.TestKey, apiclient.Upload{To: "+15005550001", FileName: "f.txt", File: []byte("Hello.\n")})
	require.NoError(t, err)
	var fax struct{ ID, Status string }
	require.NoError(t, answer.Decode(&fax))
	require.Eventually(t, func() bool {
		answer, err := client().Do(t.Context(), http.MethodGet, "/v1/faxes/"+fax.ID, a.TestKey, nil)
		return err == nil && answer.Decode(&fax) == nil && fax.Status == "delivered"
	}, 30*time.Second, 100*time.Millisecond)
}

// all is the ways that waysOf returns.
func all() []int { return []int{0, 1, 2} }

// waysOf are those of a new account, by the API and by the dashboard.
func waysOf(t *testing.T) []hostile.Target {
	t.Helper()
	a := register(t)
	bearer := map[string]string{"Authorization": "Bearer " + a.TestKey}
	form, err := hostile.SignIn(t.Context(), client(), a)
	require.NoError(t, err)
	return []hostile.Target{
		{Name: "send", URL: instance.GatewayURL() + "/v1/faxes", Header: bearer},
		{Name: "quote", URL: instance.GatewayURL() + "/v1/faxes/quote", Header: bearer},
		form,
	}
}

// chosen are the cases whose name has HOSTILE, or all.
func chosen(which func(hostile.Case) bool) []hostile.Case {
	return slices.DeleteFunc(hostile.All(), func(c hostile.Case) bool {
		return !which(c) || !strings.Contains(c.Name, os.Getenv("HOSTILE"))
	})
}

// requireNothingLeft looks for temporary files, and for uploads that no fax has.
func requireNothingLeft(t *testing.T) {
	t.Helper()
	for _, dir := range []string{os.Getenv("TMPDIR"), instance.Settings().Documents + "/staging", filepath.Dir(instance.Settings().Documents) + "/tmp"} {
		if dir == "" {
			continue
		}
		require.Eventually(t, func() bool { return len(files(dir)) == 0 }, 5*time.Second, 50*time.Millisecond, "%v", files(dir))
	}
}

func files(dir string) (found []string) {
	_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found = append(found, path)
		}
		return nil
	})
	return found
}

// neighbour is another account, which sends faxes of one line, one after the other.
type neighbour struct {
	mu    sync.Mutex
	began time.Time // of the fax that is being sent
	took  []time.Duration
	errs  []error
	end   chan struct{}
	done  chan struct{}
}

func beNeighbour(t *testing.T) *neighbour {
	t.Helper()
	a := register(t)
	n := &neighbour{end: make(chan struct{}), done: make(chan struct{})}
	ctx := t.Context()
	c := client()
	go func() {
		defer close(n.done)
		for {
			n.mu.Lock()
			n.began = time.Now()
			n.mu.Unlock()
			answer, err := c.Quote(ctx, a.TestKey, apiclient.Upload{To: "+15005550001", FileName: "f.txt", File: []byte("Hello.\n")})
			if err == nil && answer.Status != 200 {
				err = fmt.Errorf("%d %s", answer.Status, answer.Body)
			}
			n.mu.Lock()
			n.took = append(n.took, time.Since(n.began))
			n.began = time.Time{}
			if err != nil {
				n.errs = append(n.errs, err)
			}
			n.mu.Unlock()
			select {
			case <-n.end:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
	return n
}

func (n *neighbour) reset() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.took = nil
}

func (n *neighbour) slowest() time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.began.IsZero() {
		return max(time.Since(n.began), slices.Max(append(n.took, 0)))
	}
	return slices.Max(append(n.took, 0))
}

func (n *neighbour) stop(t *testing.T) {
	t.Helper()
	close(n.end)
	<-n.done
	require.Empty(t, n.errs)
}

func TestWhatNobodyShouldSendIsRefusedAndHarmsNobody(t *testing.T) {
	attack(t, chosen(func(c hostile.Case) bool { return !c.Long && !c.Office && !c.Heavy }), all()...)
}
