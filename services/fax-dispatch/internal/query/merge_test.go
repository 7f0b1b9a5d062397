package query_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// made writes faxes of all kinds past the API, some at the same instant, moves some on, and erases some.
func (f fixture) made(t *testing.T, n int) {
	t.Helper()
	seed := rand.Uint64()
	t.Log("seed", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	for range n {
		id := ids.New(ids.Fax)
		tags, err := json.Marshal([]map[string]string{{}, {"a": "1"}, {"a": "2", "b": "1"}, {"b": "1"}}[chance.IntN(4)])
		require.NoError(t, err)
		f.Exec(t, `INSERT INTO fax.faxes (id, account_id, environment_id, environment_type, status, to_number, pages, rate, hold_amount, carrier,
				max_attempts, tags, created_at) VALUES (?, ?, ?, 'sandbox', ?, ?, 1, 1, 1, 'sandbox', 3, ?, now() - make_interval(mins => ?))`,
			id, f.Sandbox.AccountID, f.Sandbox.EnvironmentID, []string{"accepting", "queued", "queued"}[chance.IntN(3)],
			[]string{"+15005550001", "+15005550002"}[chance.IntN(2)], string(tags), chance.IntN(20))
		for _, step := range []string{
			`status = 'submitted'`, `status = 'in_progress'`, `status = 'delivered', completed_at = now()`,
		}[:chance.IntN(4)] {
			f.Exec(t, `UPDATE fax.faxes SET `+step+` WHERE id = ? AND status <> 'accepting'`, id)
		}
		switch chance.IntN(5) {
		case 0:
			f.Exec(t, `UPDATE fax.faxes SET status = 'failed', error_code = ?, completed_at = now() WHERE id = ? AND status IN ('queued', 'in_progress')`,
				[]string{"busy", "no_answer"}[chance.IntN(2)], id)
		case 1:
			f.Exec(t, `SELECT fax.erase(id) FROM fax.faxes WHERE id = ? AND completed_at IS NOT NULL`, id)
		}
	}
}

func TestEveryFilterFindsWhatAPlainQueryFinds(t *testing.T) {
	f := setup(t)
	f.made(t, 300)
	after, before := time.Now().Add(-15*time.Minute), time.Now().Add(-5*time.Minute)
	for _, status := range append(contract.FaxStatuses(), "") {
		for _, to := range []string{"", "+15005550002"} {
			for _, code := range []string{"", "busy"} {
				for _, tags := range []map[string]string{nil, {"a": "1"}, {"a": "2", "b": "1"}, {"b": "1"}} {
					r := contract.ListFaxesRequest{Status: status, To: to, ErrorCode: code, Tags: tags}
					f.same(t, r)
					r.CreatedAfter, r.CreatedBefore = &after, &before
					f.same(t, r)
				}
			}
		}
	}
}

// same reads all pages of a list, and compares them with a query that reads everything.
func (f fixture) same(t *testing.T, r contract.ListFaxesRequest) {
	t.Helper()
	tags, err := json.Marshal(r.Tags)
	require.NoError(t, err)
	var want, got []string
	f.Scan(t, &want, `SELECT id FROM fax.faxes WHERE environment_id = @env AND status NOT IN ('accepting', 'abandoned') AND @status IN ('', status)
			AND (@to = '' OR to_number = @to) AND (@code = '' OR error_code = @code) AND (@tags = 'null' OR tags @> CAST(@tags AS jsonb))
			AND (CAST(@after AS timestamptz) IS NULL OR created_at > @after) AND (CAST(@before AS timestamptz) IS NULL OR created_at < @before)
		ORDER BY created_at DESC, id DESC`, map[string]any{
		"env": f.Sandbox.EnvironmentID, "status": string(r.Status), "to": r.To, "code": r.ErrorCode, "tags": string(tags), "after": r.CreatedAfter, "before": r.CreatedBefore,
	})
	r.Page.Limit = 7
	for {
		found, next := f.list(t, r)
		got = append(got, found...)
		if next == "" {
			break
		}
		r.Page.Cursor = next
	}
	require.Equal(t, want, got, fmt.Sprintf("%+v", r))
}

func TestTheTagsOfAFaxAreErasedWithIt(t *testing.T) {
	f := setup(t)
	id := f.submit(t, "+15005550001", map[string]string{"case": "1", "team": "x"})
	require.Equal(t, 2, f.Count(t, "fax.tags", "fax_id = ? AND fate = 'open'", id))
	f.Exec(t, `UPDATE fax.faxes SET status = 'failed', error_code = 'busy', completed_at = now() WHERE id = ?`, id)
	require.Equal(t, 2, f.Count(t, "fax.tags", "fate = 'failed' AND error_code = 'busy' AND to_number = '+15005550001'"))
	f.Exec(t, `SELECT fax.erase(?)`, id)
	require.Zero(t, f.Count(t, "fax.tags", "true"))
	f.Exec(t, `UPDATE fax.faxes SET status = 'accepting' WHERE id = ?`, f.submit(t, "+15005550001", map[string]string{"case": "1"}))
	f.Exec(t, `DELETE FROM fax.faxes WHERE status = 'accepting'`)
	require.Zero(t, f.Count(t, "fax.tags", "true"))
}
