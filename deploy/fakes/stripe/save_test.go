package stripe_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"

	stripefake "github.com/mintfax/mintfax/deploy/fakes/stripe"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

// savedFile is what these tests look for in a state file.
type savedFile struct {
	State struct {
		Sessions []struct{ Shown stripe.CheckoutSession }
	}
	Events []struct {
		Event  stripe.Event
		Status control.Status
	}
}

// awaitSaved waits until the file says it, while the emulator runs: a killed one saves no last time.
func awaitSaved(t *testing.T, file string, says func(savedFile) bool) {
	t.Helper()
	require.Eventually(t, func() bool {
		content, err := os.ReadFile(file)
		var saved savedFile
		return err == nil && json.Unmarshal(content, &saved) == nil && says(saved)
	}, 30*time.Second, 20*time.Millisecond)
}

func TestWhatWasDoneWithoutAnAnswerIsSaved(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	api, address, stop := open(t, file, "")
	defer stop()
	fault := control.Fault{PathPrefix: "/v1/checkout/sessions", DropAfterEffect: true}
	require.NoError(t, control.New(address).AddFault(t.Context(), fault))
	awaitSaved(t, file, func(s savedFile) bool { return len(s.State.Sessions) == 0 })

	params := paymentParams("")
	params.Customer = nil
	_, err := api.CheckoutSessions.New(params)
	require.Error(t, err)
	awaitSaved(t, file, func(s savedFile) bool { return len(s.State.Sessions) == 1 })
}

func TestWhatHappensWithoutARequestIsSaved(t *testing.T) {
	var passed atomic.Int64
	hook := &endpoint{status: http.StatusOK}
	receiver := httptest.NewServer(hook)
	t.Cleanup(receiver.Close)
	file := filepath.Join(t.TempDir(), "state.json")
	api, _, stop := open(t, file, receiver.URL, func(c *stripefake.Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(passed.Load())) }
	})
	defer stop()
	params := paymentParams("")
	params.Customer = nil
	_, err := api.CheckoutSessions.New(params)
	require.NoError(t, err)
	awaitSaved(t, file, func(s savedFile) bool { return len(s.State.Sessions) == 1 })

	passed.Store(int64(25 * time.Hour))
	awaitSaved(t, file, func(s savedFile) bool {
		return s.State.Sessions[0].Shown.Status == stripe.CheckoutSessionStatusExpired &&
			len(s.Events) == 1 && s.Events[0].Event.Type == "checkout.session.expired" && s.Events[0].Status == control.Delivered
	})
}

// complaintBox counts what is logged.
type complaintBox struct{ n atomic.Int64 }

func (c *complaintBox) Write(line []byte) (int, error) {
	c.n.Add(1)
	return len(line), nil
}

func TestASaveThatFailedIsTriedAgain(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "later")
	file := filepath.Join(folder, "state.json")
	complaints := &complaintBox{}
	api, _, stop := open(t, file, "", func(c *stripefake.Config) {
		c.Log = slog.New(slog.NewTextHandler(complaints, &slog.HandlerOptions{Level: slog.LevelError}))
	})
	params := paymentParams("")
	params.Customer = nil
	_, err := api.CheckoutSessions.New(params)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return complaints.n.Load() > 0 }, 30*time.Second, 5*time.Millisecond)
	require.NoError(t, os.Mkdir(folder, 0o700))
	awaitSaved(t, file, func(s savedFile) bool { return len(s.State.Sessions) == 1 })
	stop()
}
