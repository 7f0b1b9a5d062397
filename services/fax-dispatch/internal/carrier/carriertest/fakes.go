package carriertest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Seed is the seed of the key with which the fakes sign.
var Seed = bytes.Repeat([]byte{7}, 32)

// Account has every key and id of the fakes' customer.
const Account = "mintfax"

// Fakes starts deploy/fakes/cmd/carrier-fakes, which imitates the carriers' APIs, and returns its URL.
func Fakes(t *testing.T) (url string) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "carrier-fakes")
	build := exec.Command("go", "build", "-o", program, "github.com/mintfax/mintfax/deploy/fakes/cmd/carrier-fakes")
	said, err := build.CombinedOutput()
	require.NoError(t, err, "%s", said)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	fakes := exec.Command(program)
	fakes.Env = append(os.Environ(), "CARRIER_FAKES_ADDR="+address, "CALL_TIME=100ms", "TELNYX_SEED="+base64.StdEncoding.EncodeToString(Seed),
		"TELNYX_API_KEY="+Account, "TELNYX_CONNECTION_ID="+Account, "SINCH_PROJECT_ID="+Account, "SINCH_KEY_ID="+Account, "SINCH_KEY_SECRET="+Account)
	fakes.Stderr = os.Stderr
	require.NoError(t, fakes.Start())
	t.Cleanup(func() {
		_ = fakes.Process.Kill()
		_ = fakes.Wait()
	})
	url = "http://" + address
	require.Eventually(t, func() bool {
		response, err := http.Get(url + "/healthz") //nolint:noctx // in a test
		if err == nil {
			response.Body.Close()
		}
		return err == nil
	}, 10*time.Second, 20*time.Millisecond)
	return url
}

// Disturb sets one fault, which then always occurs, or none.
func Disturb(t *testing.T, url, fault string) {
	t.Helper()
	faults := map[string]float64{}
	if fault != "" {
		faults[fault] = 1
	}
	body, err := json.Marshal(faults)
	require.NoError(t, err)
	request, err := http.NewRequest(http.MethodPut, url+"/control/faults", bytes.NewReader(body)) //nolint:noctx // in a test
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
}

// Placed returns how many calls the fakes have for an attempt.
func Placed(t *testing.T, url, attemptID string) (count int) {
	t.Helper()
	response, err := http.Get(url + "/control/calls") //nolint:noctx // in a test
	require.NoError(t, err)
	defer response.Body.Close()
	var calls []struct{ Attempt string }
	require.NoError(t, json.NewDecoder(response.Body).Decode(&calls))
	for _, c := range calls {
		if c.Attempt == attemptID {
			count++
		}
	}
	return count
}
