package carrier_test

import (
	"crypto/ed25519"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/carriertest"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/simulated"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/sinch"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/telnyx"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxtest"
)

func TestCarriersWithoutALineConform(t *testing.T) {
	b, storage := faxtest.New(t), faxtest.NewStorage(t)
	calls := simulated.NewCalls(simulated.NewStore(b.DB))
	placed := func(t *testing.T, attemptID string) int {
		return b.Count(t, "fax.loopback_calls", "attempt_id = ?", attemptID)
	}
	t.Run("loopback", func(t *testing.T) {
		carriertest.Run(t, carriertest.Subject{Carrier: simulated.NewLoopback(calls, storage.Store), Storage: storage, Placed: placed, Busy: "+12125550102"})
	})
	t.Run("sandbox", func(t *testing.T) {
		carriertest.Run(t, carriertest.Subject{Carrier: simulated.NewSandbox(calls), Storage: storage, Placed: placed, Busy: "+15005550002", Blind: true})
	})
}

func TestCarriersWithAnAPIConform(t *testing.T) {
	url, storage := carriertest.Fakes(t), faxtest.NewStorage(t)
	public, ok := ed25519.NewKeyFromSeed(carriertest.Seed).Public().(ed25519.PublicKey)
	require.True(t, ok)
	for _, c := range []carrier.Carrier{
		telnyx.New(telnyx.Config{APIKey: carriertest.Account, ConnectionID: carriertest.Account, From: "+12125550100", PublicKey: public, BaseURL: url + "/v2"}, storage.Store),
		sinch.New(sinch.Config{ProjectID: carriertest.Account, KeyID: carriertest.Account, KeySecret: carriertest.Account, From: "+12125550100", BaseURL: url + "/v3"}, storage.Store),
	} {
		t.Run(c.Name(), func(t *testing.T) {
			carriertest.Run(t, carriertest.Subject{
				Carrier: c, Storage: storage, Busy: "+12125550102", Unpaid: "+12125550109",
				Placed:  func(t *testing.T, attemptID string) int { return carriertest.Placed(t, url, attemptID) },
				Disturb: func(t *testing.T, fault string) { carriertest.Disturb(t, url, fault) },
			})
		})
	}
}

// What is wrong with the account must not look like what is wrong with a fax.
func TestWrongKeysAreAccountErrors(t *testing.T) {
	url, storage := carriertest.Fakes(t), faxtest.NewStorage(t)
	file := storage.Upload(t, "II*\x00 pages")
	require.NoError(t, storage.Keep(t.Context(), file.ID))
	for _, c := range []carrier.Carrier{
		telnyx.New(telnyx.Config{APIKey: "old", ConnectionID: carriertest.Account, From: "+12125550100", BaseURL: url + "/v2"}, storage.Store),
		sinch.New(sinch.Config{ProjectID: carriertest.Account, KeyID: carriertest.Account, KeySecret: "old", From: "+12125550100", BaseURL: url + "/v3"}, storage.Store),
		sinch.New(sinch.Config{ProjectID: "other", KeyID: carriertest.Account, KeySecret: carriertest.Account, From: "+12125550100", BaseURL: url + "/v3"}, storage.Store),
	} {
		_, err := c.Send(t.Context(), carrier.Call{AttemptID: "att_1", To: "+12125551234", Document: file})
		require.ErrorIs(t, err, carrier.ErrNotPlaced, c.Name())
		require.ErrorAs(t, err, new(carrier.AccountError), c.Name())
		_, err = c.Lookup(t.Context(), carrier.Placed{AttemptID: "att_1", To: "+12125551234", At: time.Now()})
		require.ErrorAs(t, err, new(carrier.AccountError), c.Name())
	}
}

func TestARefusedConnectionHasPlacedNothing(t *testing.T) {
	storage := faxtest.NewStorage(t)
	const nobody = "http://127.0.0.1:1"
	for _, c := range []carrier.Carrier{
		telnyx.New(telnyx.Config{BaseURL: nobody}, storage.Store), sinch.New(sinch.Config{BaseURL: nobody}, storage.Store),
	} {
		file := storage.Upload(t, "pages")
		require.NoError(t, storage.Keep(t.Context(), file.ID))
		_, err := c.Send(t.Context(), carrier.Call{AttemptID: "att_1", To: "+12125551234", Document: file})
		require.ErrorIs(t, err, carrier.ErrNotPlaced, c.Name())
	}
}
