package intake

import (
	"context"
	"fmt"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/intake/cover"
)

// sender is what an account has set for its cover pages.
func (s Store) sender(ctx context.Context, account string) (cover.Values, error) {
	var set cover.Values
	err := s.db.WithContext(ctx).Raw(`
		SELECT coalesce(sender_name, '') AS sender_name, coalesce(sender_company, '') AS sender_company, coalesce(sender_fax, '') AS sender_fax
		FROM fax.settings WHERE account_id = ?`, account).Scan(&set).Error
	if err != nil {
		return cover.Values{}, fmt.Errorf("read who sends: %w", err)
	}
	return set, nil
}
