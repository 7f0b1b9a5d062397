package query

import (
	"context"
	"fmt"

	"github.com/mintfax/mintfax/shared/contract"
)

// pages returns the document of a fax, without a key when it is erased.
func (s Store) pages(ctx context.Context, r contract.GetFaxRequest) (contract.FaxPages, bool, error) {
	var rows []struct {
		ID         string
		Size       int64
		SHA256     []byte `gorm:"column:sha256"`
		WrappedKey []byte
		Pages      int
	}
	err := s.db.WithContext(ctx).Raw(`
		SELECT coalesce(d.id, '') AS id, coalesce(d.size, 0) AS size, d.sha256, d.wrapped_key, coalesce(d.pages, 0) AS pages
		FROM (?) f LEFT JOIN fax.documents d ON d.fax_id = f.id AND d.position = 0`,
		s.accepted(ctx, r.Tenant).Select("id").Where("id = ?", r.ID)).Scan(&rows).Error
	if err != nil {
		return contract.FaxPages{}, false, fmt.Errorf("read where the pages of a fax lie: %w", err)
	}
	if len(rows) == 0 {
		return contract.FaxPages{}, false, nil
	}
	row := rows[0]
	return contract.FaxPages{
		Document: contract.StagedFile{ID: row.ID, Size: row.Size, SHA256: row.SHA256, WrappedKey: row.WrappedKey}, Pages: row.Pages,
	}, true, nil
}
