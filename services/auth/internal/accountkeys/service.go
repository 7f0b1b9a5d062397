package accountkeys

import (
	"context"
	"fmt"
	"strings"

	"github.com/mintfax/mintfax/services/auth/internal/check"
	"github.com/mintfax/mintfax/services/auth/internal/fields"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/keys"
	"github.com/mintfax/mintfax/shared/postgres"
)

const (
	maxKeys           = 200 // of an account that work
	maxOverlapSeconds = 7 * 24 * 60 * 60
)

// Service manages keys.
type Service struct {
	db     *postgres.DB
	pepper check.Pepper
}

// New returns a service on auth's database.
func New(db *postgres.DB, pepper check.Pepper) *Service { return &Service{db: db, pepper: pepper} }

// List returns an account's keys that work, newest first.
func (s *Service) List(ctx context.Context, r contract.ListOwnedRequest) (contract.List[contract.Key], error) {
	after, err := postgres.BeginPage(r.Page)
	if err != nil {
		return contract.List[contract.Key]{}, err
	}
	found, err := store{s.db.WithContext(ctx)}.list(r.AccountID, after, r.Page.Limit+1)
	if err != nil {
		return contract.List[contract.Key]{}, fmt.Errorf("list keys: %w", err)
	}
	return postgres.CutPage(found, r.Page.Limit, func(k contract.Key) postgres.Cursor {
		return postgres.Cursor{At: k.CreatedAt, ID: k.ID}
	}), nil
}

// Create mints a key for an environment of the account, or for the account itself.
func (s *Service) Create(ctx context.Context, r contract.CreateKeyRequest) (contract.Key, error) {
	r.Name = strings.TrimSpace(r.Name)
	if err := validate(r); err != nil {
		return contract.Key{}, err
	}
	var key contract.Key
	err := postgres.InTx(ctx, s.db, func(tx *postgres.DB) error {
		st := store{tx}
		if err := st.requireRoom(r.AccountID); err != nil {
			return err
		}
		fresh := NewKey{AccountID: r.AccountID, Name: r.Name, Kind: contract.KindAccount}
		if r.EnvironmentID != "" {
			kind, err := st.environmentKind(r.AccountID, r.EnvironmentID)
			if err != nil {
				return err
			}
			if r.Kind != "" && r.Kind != kind {
				return apierror.Field("kind", "The kind is not that of the environment's keys.")
			}
			fresh.Kind, fresh.EnvironmentID = kind, &r.EnvironmentID
		}
		fresh.Secret = keys.Mint(fresh.Kind)
		var err error
		key, err = Insert(tx, s.pepper, fresh)
		return err
	})
	return key, err
}

// Revoke ends a key at once: no request that starts after it has returned passes.
func (s *Service) Revoke(ctx context.Context, r contract.OwnedRequest) (contract.None, error) {
	if !ids.Valid(ids.Key, r.ID) {
		return contract.None{}, apierror.New(apierror.NotFound)
	}
	err := store{s.db.WithContext(ctx)}.revoke(r.AccountID, r.ID)
	crashpoint.Here(crashpoint.KeyRevoked)
	return contract.None{}, err
}

// Rotate mints a key like the old one, which works for the overlap and no longer; without an overlap
// it is revoked at once. A key that would end sooner anyway still does.
func (s *Service) Rotate(ctx context.Context, r contract.RotateKeyRequest) (contract.Key, error) {
	if !ids.Valid(ids.Key, r.ID) {
		return contract.Key{}, apierror.New(apierror.NotFound)
	}
	if r.OverlapSeconds < 0 || r.OverlapSeconds > maxOverlapSeconds {
		return contract.Key{}, apierror.Field("overlap_seconds", "The overlap_seconds must be between 0 and 604800.")
	}
	var key contract.Key
	err := postgres.InTx(ctx, s.db, func(tx *postgres.DB) error {
		st := store{tx}
		old, err := st.retire(r.AccountID, r.ID, r.OverlapSeconds)
		if err != nil {
			return err
		}
		if err := st.requireRoom(r.AccountID); err != nil {
			return err
		}
		key, err = Insert(tx, s.pepper, NewKey{
			AccountID: r.AccountID, Kind: old.Kind, EnvironmentID: old.EnvironmentID, Name: old.Name, Secret: keys.Mint(old.Kind),
		})
		return err
	})
	return key, err
}

func validate(r contract.CreateKeyRequest) error {
	problems := fields.Problems{}
	problems.Add("name", fields.Name(r.Name))
	switch r.Kind {
	case "", contract.KindTest, contract.KindLive, contract.KindAccount:
	default:
		problems.Add("kind", "The kind must be test, live or account.")
	}
	if r.EnvironmentID == "" && r.Kind != contract.KindAccount {
		problems.Add("environment_id", "The environment_id field is required unless the kind is account.")
	}
	if r.EnvironmentID != "" && r.Kind == contract.KindAccount {
		problems.Add("environment_id", "An account key belongs to no environment.")
	}
	return problems.Err()
}
