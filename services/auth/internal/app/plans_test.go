package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/auth/internal/accounts"
	"github.com/mintfax/mintfax/services/auth/internal/codes"
	"github.com/mintfax/mintfax/services/auth/internal/keys"
	"github.com/mintfax/mintfax/services/auth/internal/mail"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/listing"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

func TestQueriesOfAuthCostWhatTheyReturn(t *testing.T) {
	d := pgtest.New(t)
	large := d.Grow(t, "auth", 50_000)
	db := d.Open(t, "auth")
	plans := pgtest.WatchPlans(t, db)
	pepper := keys.Pepper(strings.Repeat("p", 32))
	issuer := codes.NewIssuer(pepper)
	key, account := keys.New(db, pepper), accounts.New(accounts.Config{Pepper: pepper}, db, issuer, func() {})
	later := listing.Cursor{At: time.Now().Add(-time.Minute), ID: ids.New(ids.Key)}.String()
	for _, id := range []string{large.Account, large.SmallAccount, ids.New(ids.Account)} {
		for _, cursor := range []string{"", later} {
			r := contract.ListOwnedRequest{AccountID: id, Page: contract.Page{Limit: 50, Cursor: cursor}}
			plans.Flat("keys", func(ctx context.Context) error {
				_, err := key.List(ctx, r)
				return err
			})
			plans.Flat("environments", func(ctx context.Context) error {
				_, err := account.ListEnvironments(ctx, r)
				return err
			})
		}
	}
	listed, err := key.List(t.Context(), contract.ListOwnedRequest{AccountID: large.Account, Page: contract.Page{Limit: 50}})
	require.NoError(t, err)
	require.Len(t, listed.Data, 10)
	plans.Flat("a new key", func(ctx context.Context) error {
		_, err := key.Create(ctx, contract.CreateKeyRequest{AccountID: large.Account, Name: "K", EnvironmentID: large.Live, Kind: contract.KindLive})
		return err
	})
	plans.Flat("a revoked key", func(ctx context.Context) error {
		_, err := key.Revoke(ctx, contract.OwnedRequest{AccountID: large.Account, ID: listed.Data[0].ID})
		return err
	})
	plans.Flat("an account", func(ctx context.Context) error {
		_, err := account.GetAccount(ctx, contract.GetAccountRequest{AccountID: large.Account})
		return err
	})
	plans.Flat("no expired codes", func(ctx context.Context) error { return issuer.DeleteExpired(ctx, db) })
	plans.Flat("a message that was handled before", func(ctx context.Context) error {
		return mail.NewNotifier(db, nil, "").AutoTopUpPaused(ctx, "evt_1", contract.AutoTopUpPausedEvent{AccountID: large.Account})
	})
}
