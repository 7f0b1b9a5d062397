package settings_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxtest"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/settings"
	"github.com/mintfax/mintfax/shared/contract"
)

func pointer[T any](value T) *T { return &value }

func TestWhatIsNotGivenStaysAsItIs(t *testing.T) {
	b := faxtest.New(t)
	s, account := settings.New(settings.NewStore(b.DB)), b.Sandbox.AccountID
	set := func(r contract.SetFaxSettingsRequest) contract.FaxSettings {
		t.Helper()
		r.AccountID = account
		written, err := s.Set(t.Context(), r)
		require.NoError(t, err)
		read, err := s.Get(t.Context(), contract.GetAccountRequest{AccountID: account})
		require.NoError(t, err)
		require.Equal(t, written, read)
		return read
	}
	defaults, err := s.Get(t.Context(), contract.GetAccountRequest{AccountID: account})
	require.NoError(t, err)
	require.Equal(t, contract.FaxSettings{RetentionDays: 30}, defaults)

	want := contract.FaxSettings{RetentionDays: 30, SenderName: pointer("Ward 3")}
	require.Equal(t, want, set(contract.SetFaxSettingsRequest{SenderName: pointer("Ward 3")}))
	want.RetentionDays, want.ZeroFootprint = 7, true
	require.Equal(t, want, set(contract.SetFaxSettingsRequest{RetentionDays: pointer(7), ZeroFootprint: pointer(true)}))
	want.DailySpendCap = pointer[int64](500)
	require.Equal(t, want, set(contract.SetFaxSettingsRequest{SetsDailySpendCap: true, DailySpendCap: pointer[int64](500)}))
	require.Equal(t, want, set(contract.SetFaxSettingsRequest{}))
	want.DailySpendCap = nil
	require.Equal(t, want, set(contract.SetFaxSettingsRequest{SetsDailySpendCap: true}))
	want.SenderName = nil
	require.Equal(t, want, set(contract.SetFaxSettingsRequest{SenderName: pointer("")}))
}

func TestSettingsThatMakeNoSenseAreRefused(t *testing.T) {
	b := faxtest.New(t)
	_, err := settings.New(settings.NewStore(b.DB)).Set(t.Context(), contract.SetFaxSettingsRequest{AccountID: b.Sandbox.AccountID, RetentionDays: pointer(0)})
	require.Error(t, err)
	require.Zero(t, b.Count(t, "fax.settings", "true"))
}
