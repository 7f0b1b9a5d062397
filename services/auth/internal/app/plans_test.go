package app_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/auth/internal/accountkeys"
	"github.com/mintfax/mintfax/services/auth/internal/check"
	"github.com/mintfax/mintfax/services/auth/internal/codes"
	"github.com/mintfax/mintfax/services/auth/internal/environments"
	"github.com/mintfax/mintfax/services/auth/internal/notices"
	"github.com/mintfax/mintfax/services/auth/internal/registration"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

func TestListsAndSweepsOfAuthCostWhatTheyReturn(t *testing.T) {
	d := pgtest.New(t)
	large := d.Grow(t, "auth", 50_000)
	db := d.Open(t, "auth")
	plans := pgtest.WatchPlans(t, db)
	pepper := check.Pepper(strings.Repeat("p", 32))
	keys, envs, accounts := accountkeys.New(db, pepper), environments.New(db), registration.New(registration.Config{Pepper: pepper}, db, codes.NewIssuer(pepper), func() {})
	later := postgres.Cursor{At: time.Now().Add(-time.Minute), ID: ids.New(ids.Key)}.String()
	for _, account := range []string{large.Account, large.SmallAccount, ids.New(ids.Account)} {
		for _, cursor := range []string{"", later} {
			r := contract.ListOwnedRequest{AccountID: account, Page: contract.Page{Limit: 50, Cursor: cursor}}
			plans.Flat("keys", func(ctx context.Context) error {
				_, err := keys.List(ctx, r)
				return err
			})
			plans.Flat("environments", func(ctx context.Context) error {
				_, err := envs.List(ctx, r)
				return err
			})
		}
	}
	listed, err := keys.List(t.Context(), contract.ListOwnedRequest{AccountID: large.Account, Page: contract.Page{Limit: 50}})
	require.NoError(t, err)
	require.Len(t, listed.Data, 10)
	plans.Flat("a new key", func(ctx context.Context) error {
		_, err := keys.Create(ctx, contract.CreateKeyRequest{AccountID: large.Account, Name: "K", EnvironmentID: large.Live, Kind: contract.KindLive})
		return err
	})
	plans.Flat("a revoked key", func(ctx context.Context) error {
		_, err := keys.Revoke(ctx, contract.OwnedRequest{AccountID: large.Account, ID: listed.Data[0].ID})
		return err
	})
	plans.Flat("an account", func(ctx context.Context) error {
		_, err := accounts.GetAccount(ctx, contract.GetAccountRequest{AccountID: large.Account})
		return err
	})
	plans.Flat("no old codes", func(ctx context.Context) error {
		codes.NewSweeper(db, slog.New(slog.DiscardHandler)).Sweep(ctx)
		return nil
	})
	plans.Flat("a message that was handled before", func(ctx context.Context) error {
		return notices.New(notices.NewStore(db), nil, "").AutoTopUpPaused(ctx, "evt_1", contract.AutoTopUpPausedEvent{AccountID: large.Account})
	})
}
