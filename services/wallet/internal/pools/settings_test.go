package pools_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestTheThresholdNotifiesAndNullDisablesIt(t *testing.T) {
	s, admin := setup(t)
	notified := func() int {
		var rows int
		require.NoError(t, admin.Raw(`SELECT count(*) FROM wallet.outbox WHERE name = 'balance.low'`).Scan(&rows).Error)
		return rows
	}
	set := func(threshold *int64) {
		t.Helper()
		got, err := s.SetLowBalance(t.Context(), contract.SetLowBalanceRequest{AccountID: account, Threshold: threshold})
		require.NoError(t, err)
		require.Equal(t, contract.Settings{LowBalanceThreshold: threshold}, got)
		read, err := s.GetSettings(t.Context(), contract.GetAccountRequest{AccountID: account})
		require.NoError(t, err)
		require.Equal(t, got, read)
	}
	set(nil)
	require.Zero(t, notified())
	for range 2 {
		set(new(int64(contract.MaxAmount)))
	}
	require.Equal(t, 1, notified(), "an empty live pool is below any threshold, and notified once")
	set(nil)
	other, err := s.GetSettings(t.Context(), contract.GetAccountRequest{AccountID: "acct_2"})
	require.NoError(t, err)
	require.Nil(t, other.LowBalanceThreshold)
}

func TestAnInvalidThresholdIsRejectedAndChangesNothing(t *testing.T) {
	s, _ := setup(t)
	_, err := s.SetLowBalance(t.Context(), contract.SetLowBalanceRequest{AccountID: account, Threshold: new(int64(500))})
	require.NoError(t, err)
	for _, threshold := range []int64{-1, 0, contract.MaxAmount + 1} {
		_, err := s.SetLowBalance(t.Context(), contract.SetLowBalanceRequest{AccountID: account, Threshold: &threshold})
		require.True(t, apierror.Has(err, apierror.ValidationFailed), "%d: %v", threshold, err)
	}
	settings, err := s.GetSettings(t.Context(), contract.GetAccountRequest{AccountID: account})
	require.NoError(t, err)
	require.Equal(t, new(int64(500)), settings.LowBalanceThreshold)
	_, err = s.SetLowBalance(t.Context(), contract.SetLowBalanceRequest{AccountID: "acct_none", Threshold: new(int64(500))})
	require.Error(t, err)
}
