package holds_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/wallet/internal/holds"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

func TestVoidingASettledHoldChangesNothing(t *testing.T) {
	d := pgtest.New(t)
	admin := d.Admin(t)
	require.NoError(t, admin.Exec(`INSERT INTO auth.accounts (id, name, email) VALUES (?, 'A', 'a@example.com')`, account).Error)
	require.NoError(t, ledger.OpenAccount(t.Context(), admin, account, 1000))
	s, fax := holds.New(d.Open(t, "wallet")), ids.New(ids.Fax)
	pool := func() (p ledger.Pool) {
		require.NoError(t, admin.Raw(`SELECT available, held FROM wallet.pools WHERE balance_type = 'sandbox'`).Scan(&p).Error)
		return p
	}
	_, err := s.Place(t.Context(), contract.PlaceHoldRequest{
		Reference: fax, AccountID: account, EnvironmentID: "env_1", BalanceType: contract.Sandbox, Amount: 6,
	})
	require.NoError(t, err)
	require.Equal(t, ledger.Pool{Available: 994, Held: 6}, pool())
	_, err = ledger.Capture(t.Context(), admin, fax)
	require.NoError(t, err)
	_, err = s.Void(t.Context(), contract.VoidHoldRequest{Reference: fax, AccountID: account, EnvironmentID: "env_1", BalanceType: contract.Sandbox})
	require.NoError(t, err)
	require.Equal(t, ledger.Pool{Available: 994}, pool())
}
