package check

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// EnterEnvironment checks a signed-in user's access to an environment by the rule for its keys.
func (c *Checker) EnterEnvironment(ctx context.Context, r contract.OwnedRequest) (contract.Environment, error) {
	if !ids.Valid(ids.Environment, r.ID) {
		return contract.Environment{}, apierror.New(apierror.NotFound)
	}
	found, activatedAt, err := c.store.environment(ctx, r.AccountID, r.ID)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return contract.Environment{}, apierror.New(apierror.NotFound)
	case err != nil:
		return contract.Environment{}, fmt.Errorf("look the environment up: %w", err)
	case needsActivation(found.Type.KeyKind(), activatedAt):
		return contract.Environment{}, apierror.New(apierror.AccountNotActivated)
	}
	return found, nil
}
