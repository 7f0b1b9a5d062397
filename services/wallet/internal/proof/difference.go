package proof

import (
	"fmt"

	"github.com/mintfax/mintfax/shared/contract"
)

// Difference is one thing that is not as the ledger's entries say, in credits.
type Difference struct {
	AccountID     string
	BalanceType   contract.EnvironmentType
	What          string // available, held, owed, open holds, or what is wrong with a transaction
	TransactionID string // empty when it is the pool that differs
	Kept          int64  // what the pool says, or what the transaction's entries sum to
	Proven        int64  // what that must be
}

func (d Difference) String() string {
	about := fmt.Sprintf("%s: %s pool: %s", d.AccountID, d.BalanceType, d.What)
	if d.TransactionID != "" {
		about += " " + d.TransactionID
	}
	return fmt.Sprintf("%s: it is %d and must be %d", about, d.Kept, d.Proven)
}
