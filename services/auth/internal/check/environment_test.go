package check_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

func TestAnEnvironmentIsEnteredByTheRuleForItsKeys(t *testing.T) {
	f := newFixture(t)
	enter := func(id string) (contract.Environment, error) {
		return f.checker.EnterEnvironment(t.Context(), contract.OwnedRequest{AccountID: account, ID: id})
	}
	entered, err := enter(sandbox)
	require.NoError(t, err)
	require.Equal(t, contract.Sandbox, entered.Type)
	_, err = enter(live)
	require.True(t, apierror.Has(err, apierror.AccountNotActivated))
	f.activate(t)
	entered, err = enter(live)
	require.NoError(t, err)
	require.Equal(t, live, entered.ID)
	require.Equal(t, account, entered.AccountID)
}

func TestAnotherAccountsEnvironmentIsNotFound(t *testing.T) {
	f := newFixture(t)
	for _, r := range []contract.OwnedRequest{
		{AccountID: "acct_2", ID: sandbox}, {AccountID: account, ID: ids.New(ids.Environment)}, {AccountID: account}, {AccountID: account, ID: "\x00"},
	} {
		_, err := f.checker.EnterEnvironment(t.Context(), r)
		require.True(t, apierror.Has(err, apierror.NotFound), r.ID)
	}
}
