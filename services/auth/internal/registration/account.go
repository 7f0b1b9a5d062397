package registration

import (
	"time"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/keys"
)

// newAccount draws all ids and keys of an account before its transaction, which may be repeated.
func newAccount(name, email, dashboardURL string) contract.Registered {
	now := time.Now().UTC().Truncate(time.Microsecond) // what Postgres keeps
	account := contract.Account{ID: ids.New(ids.Account), Name: name, Email: email, CreatedAt: now}
	sandbox := contract.Environment{ID: ids.New(ids.Environment), Name: "Sandbox", Type: contract.Sandbox, AccountID: account.ID, CreatedAt: now}
	live := contract.Environment{ID: ids.New(ids.Environment), Name: "Live", Type: contract.Live, AccountID: account.ID, CreatedAt: now}
	return contract.Registered{
		Account:           account,
		Environments:      []contract.Environment{sandbox, live},
		APIKey:            keys.Mint(contract.KindTest),
		AccountKey:        keys.Mint(contract.KindAccount),
		LiveEnvironmentID: live.ID,
		DashboardURL:      dashboardURL,
	}
}
