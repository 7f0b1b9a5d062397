package accountkeys

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/mintfax/mintfax/services/auth/internal/check"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/keys"
	"github.com/mintfax/mintfax/shared/postgres"
)

const (
	maxKeys    = 200
	maxOverlap = 7 * 24 * time.Hour
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
	after, err := postgres.ParseCursor(r.Page.Cursor)
	if err != nil {
		return contract.List[contract.Key]{}, err
	}
	found, err := store{s.db.WithContext(ctx)}.list(r.AccountID, after, r.Page.Limit+1)
	if err != nil {
		return contract.List[contract.Key]{}, fmt.Errorf("list keys: %w", err)
	}
	list := contract.List[contract.Key]{Data: found}
	if len(found) > r.Page.Limit {
		list.Data = found[:r.Page.Limit]
		last := list.Data[r.Page.Limit-1]
		next := postgres.Cursor{At: last.CreatedAt, ID: last.ID}.String()
		list.NextCursor = &next
	}
	return list, nil
}

// Create mints a key for an environment of the account, or for the account itself.
func (s *Service) Create(ctx context.Context, r contract.CreateKeyRequest) (contract.Key, error) {
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
	return contract.None{}, store{s.db.WithContext(ctx)}.revoke(r.AccountID, r.ID)
}

// Rotate mints a key like the old one, which works for the overlap and no longer. A key that would
// end sooner anyway still does.
func (s *Service) Rotate(ctx context.Context, r contract.RotateKeyRequest) (contract.Key, error) {
	if r.OverlapSeconds < 0 || r.OverlapSeconds > int(maxOverlap.Seconds()) {
		return contract.Key{}, apierror.Field("overlap_seconds", "The overlap_seconds must be between 0 and 604800.")
	}
	var key contract.Key
	err := postgres.InTx(ctx, s.db, func(tx *postgres.DB) error {
		st := store{tx}
		old, err := st.expire(r.AccountID, r.ID, r.OverlapSeconds)
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
	problems := map[string][]string{}
	if n := utf8.RuneCountInString(r.Name); n < 1 || n > 255 {
		problems["name"] = []string{"The name must have 1 to 255 characters."}
	}
	switch {
	case r.Kind != "" && r.Kind != contract.KindTest && r.Kind != contract.KindLive && r.Kind != contract.KindAccount:
		problems["kind"] = []string{"The kind must be test, live or account."}
	case r.EnvironmentID == "" && r.Kind != contract.KindAccount:
		problems["environment_id"] = []string{"The environment_id field is required unless the kind is account."}
	case r.EnvironmentID != "" && r.Kind == contract.KindAccount:
		problems["environment_id"] = []string{"An account key belongs to no environment."}
	}
	if len(problems) > 0 {
		return apierror.Fields(problems)
	}
	return nil
}
