package accounts

import (
	"context"
	"fmt"
	"strings"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/listing"
	"github.com/mintfax/mintfax/shared/postgres"
)

// maxEnvironments leaves room for an environment per engineer and bounds abuse.
const maxEnvironments = 100

// ListEnvironments returns an account's environments, newest first.
func (s *Service) ListEnvironments(ctx context.Context, r contract.ListOwnedRequest) (contract.List[contract.Environment], error) {
	after, err := listing.Begin(r.Page)
	if err != nil {
		return contract.List[contract.Environment]{}, err
	}
	found, err := store{s.db.WithContext(ctx)}.listEnvironments(r.AccountID, after, r.Page.Limit+1)
	if err != nil {
		return contract.List[contract.Environment]{}, fmt.Errorf("list environments: %w", err)
	}
	return listing.Cut(found, r.Page.Limit, func(e contract.Environment) listing.Cursor {
		return listing.Cursor{At: e.CreatedAt, ID: e.ID}
	}), nil
}

// CreateEnvironment creates an environment. A live one can be created before the account is activated; its keys are
// refused until then.
func (s *Service) CreateEnvironment(ctx context.Context, r contract.CreateEnvironmentRequest) (contract.Environment, error) {
	r.Name = strings.TrimSpace(r.Name)
	wrong := apierror.FieldErrors{}
	wrong.Add("name", contract.CheckName(r.Name))
	if !r.Type.Valid() {
		wrong.Add("type", "The type must be sandbox or live.")
	}
	if err := wrong.Err(); err != nil {
		return contract.Environment{}, err
	}
	var created contract.Environment
	err := postgres.InTx(ctx, s.db, func(tx *postgres.DB) (err error) {
		created, err = store{tx}.createEnvironment(r)
		return err
	})
	return created, err
}

// GetEnvironment returns one environment of the account.
func (s *Service) GetEnvironment(ctx context.Context, r contract.OwnedRequest) (contract.Environment, error) {
	if !ids.Valid(ids.Environment, r.ID) {
		return contract.Environment{}, apierror.New(apierror.NotFound)
	}
	return store{s.db.WithContext(ctx)}.environment(r.AccountID, r.ID)
}

// RenameEnvironment changes the name, the only part of an environment that can change.
func (s *Service) RenameEnvironment(ctx context.Context, r contract.RenameEnvironmentRequest) (contract.Environment, error) {
	if !ids.Valid(ids.Environment, r.ID) {
		return contract.Environment{}, apierror.New(apierror.NotFound)
	}
	r.Name = strings.TrimSpace(r.Name)
	wrong := apierror.FieldErrors{}
	wrong.Add("name", contract.CheckName(r.Name))
	if err := wrong.Err(); err != nil {
		return contract.Environment{}, err
	}
	return store{s.db.WithContext(ctx)}.renameEnvironment(r)
}
