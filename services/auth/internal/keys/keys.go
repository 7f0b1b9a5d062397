// Package keys issues, lists, rotates and revokes API keys: the test and live keys of environments, and the keys of
// the account itself. A key is stored as a peppered digest; its secret is returned once, when it is issued.
package keys

import (
	"context"
	"fmt"
	"strings"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/listing"
	"github.com/mintfax/mintfax/shared/postgres"
)

const (
	maxActiveKeys     = 200 // of an account
	maxOverlapSeconds = 7 * 24 * 60 * 60
)

// Service handles the requests about keys.
type Service struct {
	db     *postgres.DB
	pepper Pepper
}

// New returns a service on auth's database.
func New(db *postgres.DB, pepper Pepper) *Service { return &Service{db: db, pepper: pepper} }

// Spec describes a key to issue. EnvironmentID is nil for an account key.
type Spec struct {
	AccountID     string
	Kind          contract.Kind
	EnvironmentID *string
	Name          string
}

// Issue mints a key and stores its digest in the caller's transaction. The returned key has its secret, which cannot
// be read again.
func Issue(tx *postgres.DB, pepper Pepper, spec Spec) (contract.Key, error) {
	secret := ids.NewAPIKey(spec.Kind)
	key, err := store{tx}.insert(spec, secret, pepper)
	if err != nil {
		return contract.Key{}, fmt.Errorf("store a key: %w", err)
	}
	key.Secret = secret
	return key, nil
}

// List returns an account's active keys, newest first.
func (s *Service) List(ctx context.Context, r contract.ListOwnedRequest) (contract.List[contract.Key], error) {
	after, err := listing.Begin(r.Page)
	if err != nil {
		return contract.List[contract.Key]{}, err
	}
	found, err := store{s.db.WithContext(ctx)}.list(r.AccountID, after, r.Page.Limit+1)
	if err != nil {
		return contract.List[contract.Key]{}, fmt.Errorf("list keys: %w", err)
	}
	return listing.Cut(found, r.Page.Limit, func(k contract.Key) listing.Cursor {
		return listing.Cursor{At: k.CreatedAt, ID: k.ID}
	}), nil
}

// Create issues a key for an environment of the account, or for the account itself.
func (s *Service) Create(ctx context.Context, r contract.CreateKeyRequest) (contract.Key, error) {
	r.Name = strings.TrimSpace(r.Name)
	if err := checkRequest(r); err != nil {
		return contract.Key{}, err
	}
	var key contract.Key
	err := postgres.InTx(ctx, s.db, func(tx *postgres.DB) error {
		st := store{tx}
		if err := st.checkLimit(r.AccountID); err != nil {
			return err
		}
		spec := Spec{AccountID: r.AccountID, Name: r.Name, Kind: contract.KindAccount}
		if r.EnvironmentID != "" {
			kind, err := st.environmentKind(r.AccountID, r.EnvironmentID)
			if err != nil {
				return err
			}
			if r.Kind != "" && r.Kind != kind {
				return apierror.Field("kind", "The kind is not that of the environment's keys.")
			}
			spec.Kind, spec.EnvironmentID = kind, &r.EnvironmentID
		}
		var err error
		key, err = Issue(tx, s.pepper, spec)
		return err
	})
	return key, err
}

// Revoke ends a key at once: a request that starts after Revoke has returned is refused.
func (s *Service) Revoke(ctx context.Context, r contract.OwnedRequest) (contract.None, error) {
	if !ids.Valid(ids.Key, r.ID) {
		return contract.None{}, apierror.New(apierror.NotFound)
	}
	err := store{s.db.WithContext(ctx)}.revoke(r.AccountID, r.ID)
	crashpoint.Here(crashpoint.KeyRevoked)
	return contract.None{}, err
}

// Rotate issues a key like the old one. The old key expires after the overlap, or earlier if it would have anyway;
// without an overlap it is revoked at once.
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
		old, err := st.expire(r.AccountID, r.ID, r.OverlapSeconds)
		if err != nil {
			return err
		}
		if err := st.checkLimit(r.AccountID); err != nil {
			return err
		}
		key, err = Issue(tx, s.pepper, Spec{AccountID: r.AccountID, Kind: old.Kind, EnvironmentID: old.EnvironmentID, Name: old.Name})
		return err
	})
	return key, err
}

func checkRequest(r contract.CreateKeyRequest) error {
	wrong := apierror.FieldErrors{}
	wrong.Add("name", contract.CheckName(r.Name))
	switch r.Kind {
	case "", contract.KindTest, contract.KindLive, contract.KindAccount:
	default:
		wrong.Add("kind", "The kind must be test, live or account.")
	}
	if r.EnvironmentID == "" && r.Kind != contract.KindAccount {
		wrong.Add("environment_id", "The environment_id field is required unless the kind is account.")
	}
	if r.EnvironmentID != "" && r.Kind == contract.KindAccount {
		wrong.Add("environment_id", "An account key belongs to no environment.")
	}
	return wrong.Err()
}
