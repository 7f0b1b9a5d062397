package intake_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxtest"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/intake"
	"github.com/mintfax/mintfax/shared/contract"
)

type fixture struct {
	*faxtest.Bench
	storage faxtest.Storage
	service *intake.Service
}

func setup(t *testing.T) fixture {
	b, storage := faxtest.New(t), faxtest.NewStorage(t)
	return fixture{b, storage, b.Submissions(t, storage)}
}

func (f fixture) request(t *testing.T, to string) contract.SubmitFaxRequest {
	return contract.SubmitFaxRequest{Tenant: f.Sandbox, To: to, Files: []contract.StagedFile{f.storage.Upload(t, "Hello.")}}
}

func (f fixture) keyed(t *testing.T, key, fingerprint string) contract.SubmitFaxRequest {
	r := f.request(t, "+15005550001")
	r.IdempotencyKey, r.Fingerprint = key, []byte(fingerprint)
	return r
}

// live lets the account send live faxes without asking the ledger.
func (f fixture) live(t *testing.T, to string, pages int) contract.SubmitFaxRequest {
	t.Helper()
	f.service.Wallet.Hold = func(context.Context, contract.PlaceHoldRequest) (contract.Hold, error) { return contract.Hold{}, nil }
	r := f.request(t, to)
	r.Tenant, r.Files = f.Live, []contract.StagedFile{f.storage.Upload(t, strings.Repeat("x\f", pages))}
	return r
}

// requireNothingLeft checks that a refusal left no fax, hold, event, key or document.
func (f fixture) requireNothingLeft(t *testing.T) {
	t.Helper()
	for _, table := range []string{"fax.faxes", "fax.documents", "fax.outbox", "fax.idempotency_keys"} {
		require.Zero(t, f.Count(t, table, "true"), table)
	}
	require.Zero(t, f.Held(t))
	require.Zero(t, f.storage.Files(t, "staging"))
	require.Zero(t, f.storage.Files(t, "documents"))
}
