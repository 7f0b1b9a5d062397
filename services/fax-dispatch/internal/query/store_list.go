package query

import (
	"context"
	"slices"
	"strings"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/listing"
)

// list returns one fax more than requested when there are more.
//
// Every combination of filters but several tags has an index that holds the faxes of one status in the order of the list.
// So one list for each status is read as far as a page needs, and they are merged.
func (s Store) list(ctx context.Context, r contract.ListFaxesRequest, after listing.Cursor) ([]contract.Fax, error) {
	statuses := contract.FaxStatuses()
	if r.Status != "" {
		statuses = []contract.FaxStatus{r.Status}
	}
	narrow := within(r, after)
	if len(r.Tags) > 0 {
		return s.listByTags(ctx, r, statuses, narrow)
	}
	narrow.and(`l.status = each.stand AND l.status NOT IN ('accepting', 'abandoned') AND l.account_id = ?`, r.Tenant.AccountID)
	return s.merge(ctx, statuses, `SELECT l.* FROM fax.faxes l`, "id", narrow, r.Page.Limit+1)
}

// merge reads for each status of a list its newest faxes, and merges them.
func (s Store) merge(ctx context.Context, statuses []contract.FaxStatus, from, id string, narrow *conditions, limit int) ([]contract.Fax, error) {
	query, args := merged(statuses, from, id, narrow, limit)
	return s.read(ctx, s.db.WithContext(ctx).Raw(query, args...))
}

// merged returns the statement for the faxes of the list l, whose column id is the fax's; each.stand is a status.
func merged(statuses []contract.FaxStatus, from, id string, narrow *conditions, limit int) (string, []any) {
	names := make([]string, len(statuses))
	for i, status := range statuses {
		names[i] = string(status)
	}
	query := `SELECT f.* FROM unnest(string_to_array(?, ',')) AS each (stand) CROSS JOIN LATERAL (
			` + from + ` WHERE ` + strings.ReplaceAll(narrow.text(), "l.id", "l."+id) + `
			ORDER BY l.created_at DESC, l.` + id + ` DESC LIMIT ?) f
		ORDER BY f.created_at DESC, f.id DESC LIMIT ?`
	args := append([]any{strings.Join(names, ",")}, narrow.args...)
	return query, append(args, limit, limit)
}

// within returns the conditions of every list. Of created_before and the cursor, the earlier one implies the other: an index is
// entered at one place.
func within(r contract.ListFaxesRequest, after listing.Cursor) *conditions {
	narrow := &conditions{}
	narrow.and("l.environment_id = ?", r.Tenant.EnvironmentID)
	if r.To != "" {
		narrow.and("l.to_number = ?", r.To)
	}
	if r.ErrorCode != "" {
		narrow.and("l.error_code = ?", r.ErrorCode)
	}
	if r.CreatedAfter != nil {
		narrow.and("l.created_at > ?", *r.CreatedAfter)
	}
	switch before := r.CreatedBefore; {
	case before != nil && (after.IsZero() || !before.After(after.At)):
		narrow.and("l.created_at < ?", *before)
	case !after.IsZero():
		narrow.and("(l.created_at, l.id) < (?, ?)", after.At, after.ID)
	}
	return narrow
}

// conditions are the parts of a WHERE clause, joined by AND, and their values.
type conditions struct {
	parts []string
	args  []any
}

func (c *conditions) and(part string, args ...any) {
	c.parts, c.args = append(c.parts, part), append(c.args, args...)
}

func (c *conditions) clone() *conditions {
	return &conditions{slices.Clone(c.parts), slices.Clone(c.args)}
}

func (c *conditions) text() string { return strings.Join(c.parts, " AND ") }
