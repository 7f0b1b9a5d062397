package intake

import (
	"context"
	"fmt"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/shared/contract"
)

// owner is whose documents are rendered. The gate lets nobody into a live environment whose account is not activated.
func (s *Service) owner(of contract.Tenant) render.Owner {
	if of.EnvironmentType == contract.Live {
		return render.Owner{Account: of.AccountID}
	}
	return render.Owner{Account: of.AccountID, Activated: func(ctx context.Context) (bool, error) { return s.Store.activated(ctx, of.AccountID) }}
}

func (s Store) activated(ctx context.Context, account string) (activated bool, err error) {
	err = s.db.WithContext(ctx).Raw(`SELECT EXISTS (SELECT 1 FROM billing.first_purchase(?))`, account).Scan(&activated).Error
	if err != nil {
		return false, fmt.Errorf("look for the first purchase of an account: %w", err)
	}
	return activated, nil
}
