package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/erasure"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxtest"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/query"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/settings"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/listing"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

// common is the number that a third of the faxes went to.
const common = "+12125551234"

func TestListsAndSweepsOfFaxesCostWhatTheyReturn(t *testing.T) {
	b, storage := faxtest.New(t), faxtest.NewStorage(t)
	large := b.Database.Grow(t, "faxes", 200_000)
	plans := pgtest.WatchPlans(t, b.DB)
	lists(t, plans, query.New(query.NewStore(b.DB)), large)

	reader, eraser := query.New(query.NewStore(b.DB)), erasure.New(erasure.NewStore(b.DB), storage.Store, prometheus.NewRegistry())
	submissions := b.Submissions(t, storage)
	for what, days := range map[string]int{"overview of a day": 1, "overview of 30 days": 30} {
		plans.Flat(what, func(ctx context.Context) error {
			_, err := reader.Overview(ctx, contract.FaxOverviewRequest{
				AccountID: large.Account, EnvironmentIDs: []string{large.Live, large.Sandbox}, Since: time.Now().Add(-time.Duration(days) * 24 * time.Hour),
			})
			return err
		})
	}
	plans.Flat("statuses", func(ctx context.Context) error {
		_, err := reader.Statuses(ctx, contract.GetFaxStatusesRequest{FaxIDs: []string{ids.New(ids.Fax), ids.New(ids.Fax)}})
		return err
	})
	plans.Flat("nothing to erase", eraser.Retain)
	days := 91
	_, err := settings.New(settings.NewStore(b.DB)).Set(t.Context(), contract.SetFaxSettingsRequest{AccountID: large.Account, RetentionDays: &days})
	require.NoError(t, err)
	plans.Flat("nothing to erase of an account that is looked at", eraser.Retain)
	b.Exec(t, `UPDATE fax.faxes SET completed_at = completed_at - interval '91 days' WHERE id IN (
		SELECT id FROM fax.faxes WHERE account_id = ? AND completed_at IS NOT NULL ORDER BY completed_at LIMIT 30)`, large.Account)
	b.Exec(t, `UPDATE fax.retention SET look_at = now() WHERE account_id = ?`, large.Account)
	plans.Flat("30 to erase", eraser.Retain)
	require.Equal(t, 30, b.Count(t, "fax.faxes", "account_id = ? AND erased_at IS NOT NULL", large.Account))
	b.Exec(t, `UPDATE fax.documents SET wrapped_key = NULL, sha256 = NULL, delete_attempts = 3, delete_after = now() + interval '1 hour' WHERE id IN (
		SELECT id FROM fax.documents LIMIT 50000)`)
	plans.Linear("nothing to delete of a long backlog, counted up to 1,000", 1_000, eraser.Sweep)
	plans.Flat("unfinished submissions", submissions.Sweep)
	plans.Flat("old idempotency keys", submissions.Store.ForgetKeys)
}

// lists asks for faxes by every filter and pair of filters, with values that are common, rare and absent, alone and with a
// range of time, on the first page and a later one.
func lists(t *testing.T, plans *pgtest.Plans, reader *query.Service, large pgtest.Grown) {
	tenant := contract.Tenant{AccountID: large.Account, EnvironmentID: large.Live, EnvironmentType: contract.Live}
	month, week := time.Now().Add(-30*24*time.Hour), time.Now().Add(-7*24*time.Hour)
	later := listing.Cursor{At: time.Now().Add(-20 * 24 * time.Hour), ID: ids.New(ids.Fax)}.String()
	for what, r := range filters() {
		r.Tenant, r.Page.Limit = tenant, 50
		if strings.Contains(what, "empty") {
			r.Tenant.EnvironmentID = large.Sandbox
		}
		added := lookedAt(what)
		plans.Linear("faxes by "+what, added, list(reader, r))
		r.CreatedAfter, r.CreatedBefore = &month, &week
		plans.Linear("faxes by "+what+", in a range", added, list(reader, r))
		r.Page.Cursor = later
		plans.Linear("faxes by "+what+", in a range, a later page", added, list(reader, r))
	}
}

// lookedAt is what a list of several tags may read besides. It counts up to 1,000 ended faxes that have all of them. Unless
// it asks for ended faxes alone, it looks each fax up that has the rarest and has not ended: 500, ten buffers each.
func lookedAt(what string) int64 {
	switch {
	case strings.Contains(what, "two common tags, failed"):
		return 1_000
	case strings.Contains(what, "two common tags"):
		return 5_000
	default:
		return 0
	}
}

func list(reader *query.Service, r contract.ListFaxesRequest) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := reader.List(ctx, r)
		return err
	}
}

// filters are those of a list, by what they ask for.
func filters() map[string]contract.ListFaxesRequest {
	all := map[string]contract.ListFaxesRequest{
		"nothing": {}, "nothing, of an empty environment": {}, "a rare number": {To: "+12121000008"}, "a rare code": {ErrorCode: "not_a_fax"},
		"a rare tag": {Tags: map[string]string{"case": "4712"}}, "two tags, one rare": {Tags: map[string]string{"team": "a", "case": "4712"}},
		"two common tags, seldom together": {Tags: map[string]string{"team": "a", "site": "south"}},
		"two common tags, never together":  {Tags: map[string]string{"team": "a", "ward": "x"}},
		"two common tags, often together":  {Tags: map[string]string{"team": "b", "site": "south"}},
		"two common tags, failed, seldom":  {Status: contract.FaxStatusFailed, Tags: map[string]string{"team": "a", "site": "south"}},
		"two common tags, queued, never":   {Status: contract.FaxStatusQueued, Tags: map[string]string{"team": "a", "ward": "x"}},
	}
	for _, status := range []contract.FaxStatus{"", contract.FaxStatusDelivered, contract.FaxStatusQueued, contract.FaxStatusSubmitted, contract.FaxStatusFailed} {
		for _, to := range []string{"", common, "+12129999999"} {
			for _, code := range []string{"", "busy", "document_error"} {
				for _, team := range []string{"", "a", "z"} {
					r := contract.ListFaxesRequest{Status: status, To: to, ErrorCode: code}
					if team != "" {
						r.Tags = map[string]string{"team": team}
					}
					all[fmt.Sprintf("status %q, to %q, code %q, team %q", status, to, code, team)] = r
				}
			}
		}
	}
	return all
}
