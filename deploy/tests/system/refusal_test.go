package system_test

import (
	"bufio"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// Not parallel: no other request may count.
func TestKeysThatCannotBeAnyReachNeitherTheBrokerNorTheDatabase(t *testing.T) {
	b := setup(t)
	time.Sleep(12 * time.Second) // auth writes the last uses of keys late, and Postgres counts with a delay
	before := b.reach(t)
	key := ids.NewAPIKey(contract.KindLive)
	misspelt := key[:len(key)-1] + string(rune('A'+(key[len(key)-1]+1)%26))
	for n := range 500 {
		b.through(n).refused(t, "api_key_invalid", http.StatusUnauthorized, "GET", "/v1/environment", misspelt, nil)
	}
	time.Sleep(2 * time.Second)
	require.Equal(t, before, b.reach(t))
	b.refused(t, "api_key_invalid", http.StatusUnauthorized, "GET", "/v1/environment", key, nil)
	require.Eventually(t, func() bool { // the counters do count
		after := b.reach(t)
		return after.asked > before.asked && after.answered > before.answered && after.reads > before.reads
	}, 15*time.Second, 500*time.Millisecond)
}

// reach is how far requests came.
type reach struct {
	asked    float64 // by the gateways over the broker
	answered float64 // by auth
	reads    int64   // of the table of keys
}

func (b bench) reach(t *testing.T) reach {
	t.Helper()
	r := reach{reads: b.number(t, `SELECT seq_scan + idx_scan FROM pg_stat_user_tables WHERE schemaname = 'auth' AND relname = 'keys'`)}
	for n := range 2 {
		r.asked += metric(t, instance.Process(stack.Gateway, n+1), `mintfax_rpc_call_seconds_count{`)
		r.answered += metric(t, instance.Process(stack.Auth, n+1), `mintfax_rpc_answered_total{`)
	}
	return r
}

// metric sums the samples whose line begins with prefix.
func metric(t *testing.T, process *stack.Replica, prefix string) float64 {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, process.InternalURL()+"/metrics", http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	sum := 0.0
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if !strings.HasPrefix(lines.Text(), prefix) {
			continue
		}
		value, err := strconv.ParseFloat(lines.Text()[strings.LastIndexByte(lines.Text(), ' ')+1:], 64)
		require.NoError(t, err, fmt.Sprintf("%q", lines.Text()))
		sum += value
	}
	return sum
}
