package reconcile

import "gorm.io/gorm"

type store struct {
	tx *gorm.DB
}

func (s store) differences() ([]Difference, error) {
	var found []Difference
	err := s.tx.Raw(`
		SELECT account_id, balance_type, what, coalesce(transaction_id, '') AS transaction_id, kept, proven
		FROM wallet.differences ORDER BY account_id, balance_type, what, transaction_id`).Scan(&found).Error
	return found, err
}
