package query_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxtest"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/intake"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/query"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/listing"
)

type fixture struct {
	*faxtest.Bench
	storage    faxtest.Storage
	submission *intake.Service
	faxes      *query.Service
}

func setup(t *testing.T) fixture {
	b, storage := faxtest.New(t), faxtest.NewStorage(t)
	return fixture{b, storage, b.Submissions(t, storage), query.New(query.NewStore(b.DB))}
}

func (f fixture) submit(t *testing.T, to string, tags map[string]string) string {
	t.Helper()
	got, err := f.submission.Submit(t.Context(), contract.SubmitFaxRequest{
		Tenant: f.Sandbox, To: to, Tags: tags, Files: []contract.StagedFile{f.storage.Upload(t, "Hello.")},
	})
	require.NoError(t, err)
	return got.Fax.ID
}

func (f fixture) list(t *testing.T, r contract.ListFaxesRequest) (found []string, next string) {
	t.Helper()
	if r.Tenant.AccountID == "" {
		r.Tenant = f.Sandbox
	}
	if r.Page.Limit == 0 {
		r.Page.Limit = 20
	}
	page, err := f.faxes.List(t.Context(), r)
	require.NoError(t, err)
	require.NotNil(t, page.Data)
	for _, fax := range page.Data {
		found = append(found, fax.ID)
	}
	if page.NextCursor != nil {
		next = *page.NextCursor
	}
	return found, next
}

func TestAFaxShowsEverythingThatWasSent(t *testing.T) {
	f := setup(t)
	got, err := f.submission.Submit(t.Context(), contract.SubmitFaxRequest{
		Tenant: f.Sandbox, To: "+15005550001", Files: []contract.StagedFile{f.storage.Upload(t, "Hello.")},
		WebhookURL: "https://example.com/hook", MaxAttempts: "5", CSID: "ACME 1", PageSize: "a4", Resolution: "fine",
		OptimizeFor: "photo", Tags: map[string]string{"a": "ü"}, IdempotencyKey: "k", Fingerprint: []byte("f"),
	})
	require.NoError(t, err)
	fax, err := f.faxes.Get(t.Context(), contract.GetFaxRequest{Tenant: f.Sandbox, ID: got.Fax.ID})
	require.NoError(t, err)
	value := func(s string) *string { return &s }
	require.Equal(t, contract.Fax{
		ID: got.Fax.ID, Status: contract.FaxStatusQueued, To: value("+15005550001"), Pages: 1, HoldAmount: 6, MaxAttempts: 5,
		Attempts: []contract.FaxAttempt{}, WebhookURL: value("https://example.com/hook"), IdempotencyKey: value("k"),
		Tags: map[string]string{"a": "ü"}, CSID: value("ACME 1"), PageSize: value("a4"), Resolution: value("fine"),
		OptimizeFor: value("photo"), NextAttemptAt: &fax.UpdatedAt, CreatedAt: got.Fax.CreatedAt, UpdatedAt: fax.UpdatedAt,
	}, fax)
}

func TestFaxesOfOtherTenantsAreNotFound(t *testing.T) {
	f := setup(t)
	id := f.submit(t, "+15005550001", nil)
	stranger, _ := f.Account(t)
	forged := contract.Tenant{AccountID: stranger.AccountID, EnvironmentID: f.Sandbox.EnvironmentID, EnvironmentType: contract.Sandbox}
	for _, tenant := range []contract.Tenant{stranger, f.Live, forged} {
		_, err := f.faxes.Get(t.Context(), contract.GetFaxRequest{Tenant: tenant, ID: id})
		require.True(t, apierror.Has(err, apierror.NotFound))
		found, _ := f.list(t, contract.ListFaxesRequest{Tenant: tenant})
		require.Empty(t, found)
	}
	for _, unknown := range []string{ids.New(ids.Fax), "", "fax_", "\x00", "' OR true --"} {
		_, err := f.faxes.Get(t.Context(), contract.GetFaxRequest{Tenant: f.Sandbox, ID: unknown})
		require.True(t, apierror.Has(err, apierror.NotFound), unknown)
	}
}

func TestASubmissionThatIsNotAcceptedIsInvisible(t *testing.T) {
	f := setup(t)
	id := f.submit(t, "+15005550001", nil)
	for _, status := range []string{"accepting", "abandoned"} {
		f.Exec(t, `UPDATE fax.faxes SET status = ?`, status)
		_, err := f.faxes.Get(t.Context(), contract.GetFaxRequest{Tenant: f.Sandbox, ID: id})
		require.True(t, apierror.Has(err, apierror.NotFound))
		found, _ := f.list(t, contract.ListFaxesRequest{})
		require.Empty(t, found)
	}
}

func TestPagesGoFromTheNewestToTheOldestWithoutGapsOrRepeats(t *testing.T) {
	f := setup(t)
	var want []string
	for range 7 {
		want = append([]string{f.submit(t, "+15005550001", nil)}, want...)
	}
	f.Exec(t, `UPDATE fax.faxes SET created_at = (SELECT min(created_at) FROM fax.faxes) WHERE id IN ?`, want[4:]) // the same instant
	var got []string
	cursor := ""
	for pages := 0; ; pages++ {
		require.Less(t, pages, 5)
		found, next := f.list(t, contract.ListFaxesRequest{Page: contract.Page{Limit: 2, Cursor: cursor}})
		got = append(got, found...)
		if next == "" {
			break
		}
		cursor = next
	}
	require.ElementsMatch(t, want, got)
	require.Equal(t, want[:4], got[:4])
}

func TestFilters(t *testing.T) {
	f := setup(t)
	start := time.Now().Add(-time.Hour)
	plain := f.submit(t, "+15005550001", nil)
	tagged := f.submit(t, "+15005550002", map[string]string{"case": "1", "kind": "x"})
	busy := f.submit(t, "+15005550002", map[string]string{"case": "1"})
	f.Exec(t, `UPDATE fax.faxes SET status = 'failed', error_code = 'busy', completed_at = now(), created_at = now() - interval '2 hours' WHERE id = ?`, busy)

	for name, c := range map[string]struct {
		request contract.ListFaxesRequest
		want    []string
	}{
		"all":           {contract.ListFaxesRequest{}, []string{tagged, plain, busy}},
		"status":        {contract.ListFaxesRequest{Status: contract.FaxStatusFailed}, []string{busy}},
		"to":            {contract.ListFaxesRequest{To: "+15005550002"}, []string{tagged, busy}},
		"error code":    {contract.ListFaxesRequest{ErrorCode: "busy"}, []string{busy}},
		"one tag":       {contract.ListFaxesRequest{Tags: map[string]string{"case": "1"}}, []string{tagged, busy}},
		"two tags":      {contract.ListFaxesRequest{Tags: map[string]string{"case": "1", "kind": "x"}}, []string{tagged}},
		"another value": {contract.ListFaxesRequest{Tags: map[string]string{"case": "2"}}, nil},
		"after":         {contract.ListFaxesRequest{CreatedAfter: &start}, []string{tagged, plain}},
		"before":        {contract.ListFaxesRequest{CreatedBefore: &start}, []string{busy}},
		"together":      {contract.ListFaxesRequest{To: "+15005550002", CreatedAfter: &start}, []string{tagged}},
	} {
		found, _ := f.list(t, c.request)
		require.Equal(t, c.want, found, name)
	}
}

func TestBadFiltersAreRefusedByName(t *testing.T) {
	f := setup(t)
	foreign := listing.Cursor{At: time.Now(), ID: "\xff"}.String()
	for _, c := range []struct {
		field   string
		request contract.ListFaxesRequest
	}{
		{"per_page", contract.ListFaxesRequest{Page: contract.Page{Limit: 101}}},
		{"per_page", contract.ListFaxesRequest{Page: contract.Page{Limit: -1}}},
		{"cursor", contract.ListFaxesRequest{Page: contract.Page{Limit: 1, Cursor: "nonsense"}}},
		{"cursor", contract.ListFaxesRequest{Page: contract.Page{Limit: 1, Cursor: foreign}}},
		{"status", contract.ListFaxesRequest{Status: "accepting", Page: contract.Page{Limit: 1}}},
		{"to", contract.ListFaxesRequest{To: "\x00", Page: contract.Page{Limit: 1}}},
		{"error_code", contract.ListFaxesRequest{ErrorCode: "\x00", Page: contract.Page{Limit: 1}}},
		{"tag", contract.ListFaxesRequest{Tags: map[string]string{"a": "\x00"}, Page: contract.Page{Limit: 1}}},
	} {
		c.request.Tenant = f.Sandbox
		_, err := f.faxes.List(t.Context(), c.request)
		var refusal *apierror.Error
		require.ErrorAs(t, err, &refusal, c.field)
		require.Equal(t, apierror.ValidationFailed, refusal.Code)
		require.Contains(t, fmt.Sprint(refusal.Context["errors"]), c.field)
	}
}
