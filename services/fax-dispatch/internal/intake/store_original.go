package intake

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// original reads what a fax was sent with. Errors: not_found; document_gone for an erased fax.
func (s Store) original(ctx context.Context, tenant contract.Tenant, id string) (original, error) {
	var rows []struct {
		Gone        bool
		ToNumber    string
		WebhookURL  string
		CSID        string `gorm:"column:csid"`
		PageSize    string
		Resolution  string
		OptimizeFor string
		Tags        string
		MaxAttempts int
		Pages       int
		DocumentID  string
		Size        int64
		SHA256      []byte `gorm:"column:sha256"`
		WrappedKey  []byte
	}
	err := s.db.WithContext(ctx).Raw(`
		SELECT d.wrapped_key IS NULL OR f.erased_at IS NOT NULL AS gone, coalesce(f.to_number, '') AS to_number,
			coalesce(f.webhook_url, '') AS webhook_url, coalesce(f.csid, '') AS csid, coalesce(f.page_size, '') AS page_size,
			coalesce(f.resolution, '') AS resolution, coalesce(f.optimize_for, '') AS optimize_for, f.tags, f.max_attempts,
			coalesce(d.pages, 0) AS pages, coalesce(d.id, '') AS document_id, coalesce(d.size, 0) AS size, d.sha256, d.wrapped_key
		FROM fax.faxes f LEFT JOIN fax.documents d ON d.fax_id = f.id AND d.position = 0
		WHERE f.id = ? AND f.account_id = ? AND f.environment_id = ? AND f.status NOT IN ('accepting', 'abandoned')`,
		id, tenant.AccountID, tenant.EnvironmentID).Scan(&rows).Error
	switch {
	case err != nil:
		return original{}, fmt.Errorf("read a fax to send it again: %w", err)
	case len(rows) == 0:
		return original{}, apierror.New(apierror.NotFound)
	case rows[0].Gone:
		return original{}, apierror.New(apierror.DocumentGone)
	}
	row := rows[0]
	from := original{
		request: contract.SubmitFaxRequest{
			To: row.ToNumber, WebhookURL: row.WebhookURL, CSID: row.CSID, PageSize: row.PageSize, Resolution: row.Resolution,
			OptimizeFor: row.OptimizeFor,
		},
		attempts: row.MaxAttempts, pages: row.Pages,
		document: contract.StagedFile{ID: row.DocumentID, Size: row.Size, SHA256: row.SHA256, WrappedKey: row.WrappedKey},
	}
	if err := json.Unmarshal([]byte(row.Tags), &from.request.Tags); err != nil {
		return original{}, fmt.Errorf("read the tags of a fax: %w", err)
	}
	return from, nil
}
