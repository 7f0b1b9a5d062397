package environments

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
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
	after, err := postgres.ParseCursor(r.Page.Cursor)
	if err != nil {
		return contract.List[contract.Environment]{}, err
	}
	found, err := store{s.db.WithContext(ctx)}.list(r.AccountID, after, r.Page.Limit+1)
	if err != nil {
		return contract.List[contract.Environment]{}, fmt.Errorf("list environments: %w", err)
	}
	list := contract.List[contract.Environment]{Data: found}
	if len(found) > r.Page.Limit {
		list.Data = found[:r.Page.Limit]
		last := list.Data[r.Page.Limit-1]
		next := postgres.Cursor{At: last.CreatedAt, ID: last.ID}.String()
		list.NextCursor = &next
	}
	return list, nil
}

// Create makes an environment. A live one can be made before the account is activated.
func (s *Service) Create(ctx context.Context, r contract.CreateEnvironmentRequest) (contract.Environment, error) {
	problems := map[string][]string{}
	if message := badName(r.Name); message != "" {
		problems["name"] = []string{message}
	}
	if !r.Type.Valid() {
		problems["type"] = []string{"The type must be sandbox or live."}
	}
	if len(problems) > 0 {
		return contract.Environment{}, apierror.Fields(problems)
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
	return store{s.db.WithContext(ctx)}.get(r.AccountID, r.ID)
}

// Rename gives an environment another name. Nothing else of it ever changes.
func (s *Service) Rename(ctx context.Context, r contract.RenameEnvironmentRequest) (contract.Environment, error) {
	if message := badName(r.Name); message != "" {
		return contract.Environment{}, apierror.Field("name", message)
	}
	return store{s.db.WithContext(ctx)}.rename(r)
}

func badName(name string) string {
	if n := utf8.RuneCountInString(name); n < 1 || n > 255 || strings.TrimSpace(name) == "" {
		return "The name must have 1 to 255 characters."
	}
	return ""
}
