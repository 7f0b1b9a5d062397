package codes_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/auth/internal/codes"
)

func (f fixture) newestID(t *testing.T) (id int64) {
	t.Helper()
	require.NoError(t, f.admin.Raw(`SELECT max(id) FROM auth.email_codes`).Scan(&id).Error)
	return id
}

func (f fixture) deliverable(t *testing.T, id int64) bool {
	t.Helper()
	d, found, err := f.Delivery(t.Context(), f.db, id)
	require.NoError(t, err)
	require.Equal(t, found, d != codes.Delivery{})
	return found
}

func TestIssueQueuesOneMailForEachCode(t *testing.T) {
	f := newFixture(t)
	f.mustIssue(t, codes.SignIn, program)
	var ids []int64
	require.NoError(t, f.admin.Raw(`SELECT (body->>'code_id')::bigint FROM auth.outbox WHERE name = 'auth.mail'`).Scan(&ids).Error)
	require.Equal(t, []int64{f.newestID(t)}, ids)
}

func TestACodeIsNotDeliveredAfterItWasMailedUsedOrHasExpired(t *testing.T) {
	f := newFixture(t)
	f.mustIssue(t, codes.SignIn, program)
	mailed := f.newestID(t)
	require.True(t, f.deliverable(t, mailed))
	require.NoError(t, f.MarkDelivered(t.Context(), f.db, mailed))
	require.False(t, f.deliverable(t, mailed))

	require.NoError(t, f.signIn(t, program, ""))
	require.False(t, f.deliverable(t, f.newestID(t)))

	f.mustIssue(t, codes.SignIn, program)
	expired := f.newestID(t)
	require.NoError(t, f.admin.Exec(`UPDATE auth.email_codes SET expires_at = now() WHERE id = ?`, expired).Error)
	require.False(t, f.deliverable(t, expired))
	require.False(t, f.deliverable(t, expired+1000), "deleted meanwhile")
}

func TestCodesAreDeletedAfterADayAndBrowsersAfter180(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.signIn(t, browser("a", program.Network), cookie("old")))
	require.NoError(t, f.admin.Exec(`UPDATE auth.email_codes SET created_at = now() - interval '25 hours'`).Error)
	require.NoError(t, f.admin.Exec(`UPDATE auth.known_browsers SET known_at = now() - interval '181 days'`).Error)
	require.NoError(t, f.signIn(t, browser("b", program.Network), cookie("fresh")))
	kept := f.mustIssue(t, codes.Register, program)
	require.NoError(t, f.admin.Exec(`UPDATE auth.email_codes SET created_at = now() - interval '23 hours' WHERE purpose = 'register'`).Error)
	require.NoError(t, f.DeleteExpired(t.Context(), f.db))
	for table, want := range map[string]int{"auth.email_codes": 2, "auth.known_browsers": 1} {
		var left int
		require.NoError(t, f.admin.Raw(`SELECT count(*) FROM `+table).Scan(&left).Error)
		require.Equal(t, want, left, table)
	}
	_, err := f.verify(t, codes.Register, kept, program)
	require.NoError(t, err)
}
