package main

import (
	"context"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres"
)

// subject is one way to hold some credits of a pool and to capture them.
type subject interface {
	hold(ctx context.Context, r contract.PlaceHoldRequest) error
	capture(ctx context.Context, reference string) error
}

// operations are the ledger's own: one round trip each, as the wallet service makes them.
type operations struct{ db *postgres.DB }

func (o operations) hold(ctx context.Context, r contract.PlaceHoldRequest) error {
	_, err := ledger.Hold(ctx, o.db, r)
	return err
}

func (o operations) capture(ctx context.Context, reference string) error {
	_, err := ledger.Capture(ctx, o.db, reference)
	return err
}

// request is a hold of one page's price.
func request(accountID string) contract.PlaceHoldRequest {
	return contract.PlaceHoldRequest{
		Reference: ids.New(ids.Fax), AccountID: accountID, EnvironmentID: "env_bench", BalanceType: contract.Sandbox, Amount: 6,
	}
}
