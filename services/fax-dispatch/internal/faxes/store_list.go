package faxes

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
)

// list returns one fax more than asked for when there are more.
//
// Every combination of filters but several tags has an index with the faxes that stand alike in the order of the list. So
// one list for each status is read as far as a page needs, and they are merged. Of faxes on their way there are few, and the
// tags of each are looked at.
func (s Store) list(ctx context.Context, r contract.ListFaxesRequest, after postgres.Cursor) ([]contract.Fax, error) {
	statuses := contract.FaxStatuses()
	if r.Status != "" {
		statuses = []contract.FaxStatus{r.Status}
	}
	narrow := within(r, after)
	if sending := onTheWay(r.Status); sending != "" || len(r.Tags) == 0 {
		if err := narrow.tags(sending, r.Tags); err != nil {
			return nil, err
		}
		narrow.and(`l.status = each.stand AND l.status NOT IN ('accepting', 'abandoned') AND l.account_id = ?`, r.Tenant.AccountID)
		return s.merge(ctx, statuses, `SELECT l.* FROM fax.faxes l`, "id", narrow, r.Page.Limit+1)
	}
	if err := s.tagged(ctx, r, narrow); err != nil {
		return nil, err
	}
	narrow.and(`f.status IN ? AND f.account_id = ?`, statuses, r.Tenant.AccountID)
	return s.merge(ctx, fates(statuses), taggedFaxes, "fax_id", narrow, r.Page.Limit+1)
}

// taggedFaxes looks each fax of a list of tags up, in its order: OFFSET keeps the server from joining all of both.
const taggedFaxes = `SELECT f.* FROM fax.tags l CROSS JOIN LATERAL (SELECT * FROM fax.faxes found WHERE found.id = l.fax_id OFFSET 0) f`

// merge reads a list l for each place where faxes stand, newest first, and merges them. The column id is the one of the fax.
func (s Store) merge(ctx context.Context, stands []contract.FaxStatus, from, id string, narrow *conditions, limit int) ([]contract.Fax, error) {
	names := make([]string, len(stands))
	for i, stand := range stands {
		names[i] = string(stand)
	}
	query := `SELECT f.* FROM unnest(string_to_array(?, ',')) AS each (stand) CROSS JOIN LATERAL (
			` + from + ` WHERE ` + strings.ReplaceAll(narrow.text(), "l.id", "l."+id) + `
			ORDER BY l.created_at DESC, l.` + id + ` DESC LIMIT ?) f
		ORDER BY f.created_at DESC, f.id DESC LIMIT ?`
	args := append([]any{strings.Join(names, ",")}, narrow.args...)
	return s.read(ctx, s.db.WithContext(ctx).Raw(query, append(args, limit, limit)...))
}

// within is what narrows every list. Of a time before which faxes were made and a cursor, the earlier says both: an index
// is entered at one place.
func within(r contract.ListFaxesRequest, after postgres.Cursor) *conditions {
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

// enough is how many faxes with a tag make it a common one.
const enough = 1000

// tagged narrows a list of tags to the rarest of those asked for. The others are looked up for each fax that has it, one by
// one: the server would rather join two lists, and when it misjudges them, by comparing each fax of one with each of the other.
func (s Store) tagged(ctx context.Context, r contract.ListFaxesRequest, narrow *conditions) error {
	asked, err := json.Marshal(r.Tags)
	if err != nil {
		return err
	}
	var keys []string
	err = s.db.WithContext(ctx).Raw(`
		SELECT tag.key FROM jsonb_each_text(CAST(? AS jsonb)) tag
		ORDER BY (SELECT count(*) FROM (SELECT FROM fax.tags t
			WHERE t.environment_id = ? AND t.key = tag.key AND t.value = tag.value LIMIT ?) found), tag.key`,
		string(asked), r.Tenant.EnvironmentID, enough).Scan(&keys).Error
	if err != nil {
		return fmt.Errorf("look for the rarest tag: %w", err)
	}
	narrow.and("l.key = ? AND l.value = ? AND l.fate = each.stand", keys[0], r.Tags[keys[0]])
	for _, key := range keys[1:] {
		narrow.and(`(SELECT count(*) FROM fax.tags o WHERE o.environment_id = l.environment_id AND o.key = ? AND o.value = ?
			AND o.fate = l.fate AND o.created_at = l.created_at AND o.fax_id = l.fax_id) = 1`, key, r.Tags[key])
	}
	return nil
}

// fates are where faxes of these statuses stand in the list of tags, which tells those that have not ended not apart.
func fates(statuses []contract.FaxStatus) []contract.FaxStatus {
	var found []contract.FaxStatus
	for _, status := range statuses {
		if !status.Terminal() {
			status = "open"
		}
		if !slices.Contains(found, status) {
			found = append(found, status)
		}
	}
	return found
}

// conditions are parts of a WHERE, all of which must be true, and their values.
type conditions struct {
	parts []string
	args  []any
}

func (c *conditions) and(part string, args ...any) {
	c.parts, c.args = append(c.parts, part), append(c.args, args...)
}

// onTheWay says of a status that faxes have for no longer than a call takes, and of no other, that it is such. The
// server plans for few faxes only when it reads which status that is.
func onTheWay(status contract.FaxStatus) string {
	switch status {
	case contract.FaxStatusSubmitted:
		return `l.status = 'submitted'`
	case contract.FaxStatusInProgress:
		return `l.status = 'in_progress'`
	default:
		return ""
	}
}

// tags asks for all of some tags of faxes that are on their way, without an index.
func (c *conditions) tags(sending string, all map[string]string) error {
	if len(all) == 0 {
		return nil
	}
	asked, err := json.Marshal(all)
	c.and(sending+" AND l.tags @> CAST(? AS jsonb)", string(asked))
	return err
}

func (c *conditions) text() string { return strings.Join(c.parts, " AND ") }
