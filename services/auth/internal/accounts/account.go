package accounts

import (
	"context"
	"fmt"
	"strings"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// GetAccount returns an account, or not_found.
func (s *Service) GetAccount(ctx context.Context, r contract.GetAccountRequest) (contract.Account, error) {
	account, found, err := store{s.db.WithContext(ctx)}.account(r.AccountID)
	if err != nil {
		return contract.Account{}, fmt.Errorf("read the account: %w", err)
	}
	if !found {
		return contract.Account{}, apierror.New(apierror.NotFound)
	}
	return account, nil
}

// RenameAccount changes an account's name. It fails with validation_failed or not_found.
func (s *Service) RenameAccount(ctx context.Context, r contract.RenameAccountRequest) (contract.Account, error) {
	name := strings.TrimSpace(r.Name)
	wrong := apierror.FieldErrors{}
	wrong.Add("name", contract.CheckName(name))
	if err := wrong.Err(); err != nil {
		return contract.Account{}, err
	}
	account, found, err := store{s.db.WithContext(ctx)}.renameAccount(r.AccountID, name)
	if err != nil {
		return contract.Account{}, fmt.Errorf("rename the account: %w", err)
	}
	if !found {
		return contract.Account{}, apierror.New(apierror.NotFound)
	}
	return account, nil
}
