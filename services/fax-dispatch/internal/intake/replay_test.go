package intake_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestTheSameRequestWithTheSameKeyIsTheSameFax(t *testing.T) {
	f := setup(t)
	r := f.keyed(t, "key", "print")
	r.Tags = map[string]string{"a": "b"}
	first, err := f.service.Submit(t.Context(), r)
	require.NoError(t, err)
	f.Exec(t, `UPDATE fax.faxes SET status = 'failed', completed_at = now()`)

	second, err := f.service.Submit(t.Context(), f.keyed(t, "key", "print"))
	require.NoError(t, err)
	require.True(t, second.Replayed)
	require.Equal(t, first.Fax, second.Fax, "as it was answered then")
	require.Equal(t, 1, f.Count(t, "fax.faxes", "true"))
	require.Equal(t, 6, f.Held(t))
	require.Zero(t, f.storage.Files(t, "staging"))
	require.Equal(t, 1, f.storage.Files(t, "documents"))

	_, err = f.service.Submit(t.Context(), f.keyed(t, "key", "another"))
	require.True(t, apierror.Has(err, apierror.IdempotencyKeyReuse))
	other := f.keyed(t, "key", "print")
	other.Tenant, _ = f.Account(t)
	third, err := f.service.Submit(t.Context(), other)
	require.NoError(t, err, "a key belongs to its environment")
	require.NotEqual(t, first.Fax.ID, third.Fax.ID)
}

func TestAKeyIsFreeAfterADay(t *testing.T) {
	f := setup(t)
	first, err := f.service.Submit(t.Context(), f.keyed(t, "key", "print"))
	require.NoError(t, err)
	f.Exec(t, `UPDATE fax.idempotency_keys SET created_at = now() - interval '24 hours 1 second'`)
	second, err := f.service.Submit(t.Context(), f.keyed(t, "key", "another"))
	require.NoError(t, err)
	require.NotEqual(t, first.Fax.ID, second.Fax.ID)
	third, err := f.service.Submit(t.Context(), f.keyed(t, "key", "another"))
	require.NoError(t, err)
	require.Equal(t, second.Fax, third.Fax)

	require.NoError(t, f.service.Store.ForgetKeys(t.Context()))
	require.Equal(t, 1, f.Count(t, "fax.idempotency_keys", "true"))
	f.Exec(t, `UPDATE fax.idempotency_keys SET created_at = now() - interval '26 hours'`)
	require.NoError(t, f.service.Store.ForgetKeys(t.Context()))
	require.Zero(t, f.Count(t, "fax.idempotency_keys", "true"))
}

func TestFiftyAtOnceWithOneKeyAreOneFax(t *testing.T) {
	f := setup(t)
	const n = 50
	var requests []contract.SubmitFaxRequest
	for range n {
		requests = append(requests, f.keyed(t, "key", "print"))
	}
	results, errs := make([]contract.SubmittedFax, n), make([]error, n)
	var running sync.WaitGroup
	for i := range n {
		running.Go(func() { results[i], errs[i] = f.service.Submit(t.Context(), requests[i]) })
	}
	running.Wait()

	made, id := 0, ""
	for i := range n {
		if errs[i] != nil {
			require.True(t, apierror.Has(errs[i], apierror.IdempotencyKeyInProgress), "%v", errs[i])
			continue
		}
		if !results[i].Replayed {
			made++
		}
		require.True(t, id == "" || id == results[i].Fax.ID)
		id = results[i].Fax.ID
	}
	require.Equal(t, 1, made)
	require.Equal(t, 1, f.Count(t, "fax.faxes", "true"))
	require.Equal(t, 6, f.Held(t))
	require.Len(t, f.Work(t), 1)
	require.Zero(t, f.storage.Files(t, "staging"))
}
