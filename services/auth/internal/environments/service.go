package environments

import (
	"context"
	"fmt"
	"strings"

	"github.com/mintfax/mintfax/services/auth/internal/fields"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/postgres"
)

// maxEnvironments is plenty for an environment per engineer, and a bound for who means harm.
const maxEnvironments = 100

// Service manages environments.
type Service struct {
	db *postgres.DB
}

// New returns a service on auth's database.
func New(db *postgres.DB) *Service { return &Service{db: db} }

// List returns an account's environments, newest first.
func (s *Service) List(ctx context.Context, r contract.ListOwnedRequest) (contract.List[contract.Environment], error) {
	after, err := postgres.BeginPage(r.Page)
	if err != nil {
		return contract.List[contract.Environment]{}, err
	}
	found, err := store{s.db.WithContext(ctx)}.list(r.AccountID, after, r.Page.Limit+1)
	if err != nil {
		return contract.List[contract.Environment]{}, fmt.Errorf("list environments: %w", err)
	}
	return postgres.CutPage(found, r.Page.Limit, func(e contract.Environment) postgres.Cursor {
		return postgres.Cursor{At: e.CreatedAt, ID: e.ID}
	}), nil
}

// Create makes an environment. A live one can be made before the account is activated.
func (s *Service) Create(ctx context.Context, r contract.CreateEnvironmentRequest) (contract.Environment, error) {
	r.Name = strings.TrimSpace(r.Name)
	problems := fields.Problems{}
	problems.Add("name", fields.Name(r.Name))
	if !r.Type.Valid() {
		problems.Add("type", "The type must be sandbox or live.")
	}
	if err := problems.Err(); err != nil {
		return contract.Environment{}, err
	}
	var made contract.Environment
	err := postgres.InTx(ctx, s.db, func(tx *postgres.DB) (err error) {
		made, err = store{tx}.create(r)
		return err
	})
	return made, err
}

// Get returns one environment of the account.
func (s *Service) Get(ctx context.Context, r contract.OwnedRequest) (contract.Environment, error) {
	if !ids.Valid(ids.Environment, r.ID) {
		return contract.Environment{}, apierror.New(apierror.NotFound)
	}
	return store{s.db.WithContext(ctx)}.get(r.AccountID, r.ID)
}

// Rename gives an environment another name. Nothing else of it ever changes.
func (s *Service) Rename(ctx context.Context, r contract.RenameEnvironmentRequest) (contract.Environment, error) {
	if !ids.Valid(ids.Environment, r.ID) {
		return contract.Environment{}, apierror.New(apierror.NotFound)
	}
	r.Name = strings.TrimSpace(r.Name)
	problems := fields.Problems{}
	problems.Add("name", fields.Name(r.Name))
	if err := problems.Err(); err != nil {
		return contract.Environment{}, err
	}
	return store{s.db.WithContext(ctx)}.rename(r)
}
