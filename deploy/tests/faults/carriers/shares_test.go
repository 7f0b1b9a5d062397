package carriers_test

import (
	"bufio"
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack"
)

// shares are how much each process of a service has done. Counters begin anew when a process dies, so they are looked
// at often; what was done since the last look is lost.
type shares struct {
	mu   sync.Mutex
	sum  map[string]float64 // by process
	last map[string]float64
	stop context.CancelFunc
	done chan struct{}
}

// count begins to add up a counter of every process of a service.
func (b bench) count(t *testing.T, service, counter string, processes int) *shares {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	s := &shares{sum: map[string]float64{}, last: map[string]float64{}, stop: stop, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		for ctx.Err() == nil {
			for n := 1; n <= processes; n++ {
				replica := b.instance.Process(service, n)
				s.look(ctx, replica.Name(), replica.InternalURL(), counter)
			}
			time.Sleep(250 * time.Millisecond)
		}
	}()
	t.Cleanup(stop)
	return s
}

func (s *shares) look(ctx context.Context, name, url, counter string) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/metrics", http.NoBody)
	if err != nil {
		return
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return // it is dead just now
	}
	defer response.Body.Close()
	now := 0.0
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		line := lines.Text()
		if at := strings.LastIndexByte(line, ' '); at > 0 && strings.HasPrefix(line, counter) {
			value, _ := strconv.ParseFloat(line[at+1:], 64)
			now += value
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now < s.last[name] {
		s.last[name] = 0 // it began anew
	}
	s.sum[name] += now - s.last[name]
	s.last[name] = now
}

// requireEach holds every process to a real share of the work: a tenth, since one may die more often than the other.
func (s *shares) requireEach(t *testing.T, service string, processes int) {
	t.Helper()
	time.Sleep(time.Second) // for a last look
	s.stop()
	<-s.done
	total := 0.0
	for _, done := range s.sum {
		total += done
	}
	require.Positive(t, total, service)
	t.Logf("done by each %s: %v", service, s.sum)
	require.Len(t, s.sum, processes)
	for name, done := range s.sum {
		require.Greater(t, done/total, 0.1, "%s has done next to nothing", name)
	}
}

// work counts what shows that a process has worked: attempts that a dispatcher ended, events that a wallet handled.
func work() map[string]string {
	return map[string]string{stack.FaxDispatch: "mintfax_fax_attempts_total{", stack.Wallet: "mintfax_messages_handled_total{"}
}
