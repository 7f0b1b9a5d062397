package app_test

import (
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/app"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxtest"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/contract"
)

// patience is for a loaded machine; nothing here takes so long.
const patience = 30 * time.Second

func freeAddress(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

func TestTheServiceTakesAFaxFromTheBusToItsEnd(t *testing.T) {
	bench, storage, vhost := faxtest.New(t), faxtest.NewStorage(t), bustest.VHost(t)
	address := freeAddress(t)
	for name, value := range map[string]string{
		"DATABASE_URL": bench.Database.URL("fax_dispatch"), "AMQP_URL": vhost, "INTERNAL_ADDR": address,
		"STORAGE_URL": storage.URL, "DOCUMENT_KEY": base64.StdEncoding.EncodeToString(storage.Key), "LIVE_CARRIER": "loopback",
	} {
		t.Setenv(name, value)
	}
	conn := bustest.Dial(t, vhost)
	wallet := bus.NewServer(conn, bus.RPCWallet, 1)
	bus.Handle(wallet, contract.PlaceHold, bench.Hold)
	bus.Handle(wallet, contract.VoidHold, bench.Void)
	bustest.Serve(t, wallet.Run)
	bustest.Serve(t, app.Run)
	client, err := bus.NewClient(conn)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return get(t, address, "/readyz") == http.StatusOK }, patience, 50*time.Millisecond)

	submitted, err := bus.Call(t.Context(), client, contract.SubmitFax, contract.SubmitFaxRequest{
		Tenant: bench.Sandbox, To: "+15005550004", Files: []contract.StagedFile{storage.Upload(t, "Hello.")},
	})
	require.NoError(t, err)
	question := contract.GetFaxRequest{Tenant: bench.Sandbox, ID: submitted.Fax.ID}
	require.Eventually(t, func() bool {
		fax, err := bus.Call(t.Context(), client, contract.GetFax, question)
		return err == nil && fax.Status == contract.FaxStatusDelivered && len(fax.Attempts) == 2
	}, patience, 50*time.Millisecond)
	require.Eventually(t, func() bool { return bench.Count(t, "fax.outbox", "true") == 0 }, patience, 50*time.Millisecond)

	list, err := bus.Call(t.Context(), client, contract.ListFaxes, contract.ListFaxesRequest{Tenant: bench.Sandbox, Page: contract.Page{Limit: 20}})
	require.NoError(t, err)
	require.Len(t, list.Data, 1)
}

func get(t *testing.T, address, path string) int {
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+path, http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode
}

func TestAnUnknownCarrierIsRefusedAtTheStart(t *testing.T) {
	t.Setenv("LIVE_CARRIER", "pigeon")
	t.Setenv("RETRY_BUSY", "3m,0s")
	t.Setenv("RETRY_CARRIER_AWAY", "30s tries=many")
	_, err := config.Load[app.Config]()
	require.ErrorContains(t, err, "pigeon")
	require.ErrorContains(t, err, `RETRY_BUSY: "0s" is no wait`)
	require.ErrorContains(t, err, "RETRY_CARRIER_AWAY: tries is")
	require.ErrorContains(t, err, "STORAGE_URL")
	require.ErrorContains(t, err, "DOCUMENT_KEY")
}
