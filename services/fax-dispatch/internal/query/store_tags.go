package query

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
)

// sortable is how many faxes with all of some tags are too many to be read and sorted for one page.
const sortable = 1000

// listByTags reads fax.tags, which lists the faxes with each tag in order. Of several tags it walks the list of the rarest
// and looks each fax up for the others: this is quick when the tags often come together. When fewer than sortable faxes that
// have ended have all of them, it takes those from the index on all tags, and walks only the list of faxes that have not ended.
func (s Store) listByTags(ctx context.Context, r contract.ListFaxesRequest, statuses []contract.FaxStatus, narrow *conditions) ([]contract.Fax, error) {
	encoded, err := json.Marshal(r.Tags)
	if err != nil {
		return nil, err
	}
	tags := string(encoded)
	if condition := onTheWay(r.Status); condition != "" {
		narrow.and(condition+` AND l.status = each.stand AND l.account_id = ? AND l.tags @> CAST(? AS jsonb)`, r.Tenant.AccountID, tags)
		return s.merge(ctx, statuses, `SELECT l.* FROM fax.faxes l`, "id", narrow, r.Page.Limit+1)
	}
	keys, err := s.byRarity(ctx, r.Tenant.EnvironmentID, tags)
	if err != nil {
		return nil, err
	}
	few, err := s.fewTogether(ctx, r, statuses, tags)
	if err != nil {
		return nil, err
	}
	walked := narrow.clone()
	walked.tags(r, keys)
	walked.and(`f.status IN ? AND f.account_id = ?`, statuses, r.Tenant.AccountID)
	lists := fates(statuses)
	if len(keys) == 1 {
		return s.merge(ctx, lists, walkedFaxes, "fax_id", walked, r.Page.Limit+1)
	}
	if !few {
		query, args := merged(lists, walkedFaxes, "fax_id", walked, r.Page.Limit+1)
		return s.readInOrder(ctx, query, args)
	}
	lists = slices.DeleteFunc(lists, contract.FaxStatus.Terminal)
	open, openArgs := merged(lists, walkedFaxes, "fax_id", walked, r.Page.Limit+1)
	narrow.and(`l.status IN ? AND l.account_id = ? AND l.tags @> CAST(? AS jsonb)`, statuses, r.Tenant.AccountID, tags)
	query := `SELECT * FROM ((` + open + `) UNION ALL (SELECT l.* FROM (SELECT * ` + endedTogether + ` OFFSET 0) l WHERE ` + narrow.text() + `)) f
		ORDER BY f.created_at DESC, f.id DESC LIMIT ?`
	args := slices.Concat(openArgs, []any{r.Tenant.EnvironmentID, tags}, narrow.args, []any{r.Page.Limit + 1})
	return s.readInOrder(ctx, query, args)
}

// readInOrder is read by indexes that have the order of the result. The server cannot know how often tags come together:
// when it misjudges that, it would read and sort whole lists instead.
func (s Store) readInOrder(ctx context.Context, query string, args []any) (faxes []contract.Fax, err error) {
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		if err := tx.Exec(`SET LOCAL enable_sort = off`).Error; err != nil {
			return err
		}
		faxes, err = Store{db: tx}.read(ctx, tx.Raw(query, args...))
		return err
	})
	return faxes, err
}

// walkedFaxes looks each fax of a list of tags up, in its order: OFFSET keeps the server from joining all of both.
const walkedFaxes = `SELECT f.* FROM fax.tags l CROSS JOIN LATERAL (SELECT * FROM fax.faxes found WHERE found.id = l.fax_id OFFSET 0) f`

// endedTogether are the faxes of an environment that have ended and have all of some tags. The index compares hashes.
const endedTogether = `FROM fax.faxes
	WHERE fax.tag_terms(environment_id, tags) @> fax.tag_terms(?, CAST(? AS jsonb)) AND status IN ('delivered', 'failed', 'canceled') AND tags <> '{}'`

// fewTogether reports whether fewer than sortable faxes have ended and have all of several tags. It does not ask for a
// single tag, which has its list, nor for statuses of faxes that have not ended.
func (s Store) fewTogether(ctx context.Context, r contract.ListFaxesRequest, statuses []contract.FaxStatus, tags string) (bool, error) {
	if len(r.Tags) == 1 || !slices.ContainsFunc(statuses, contract.FaxStatus.Terminal) {
		return false, nil
	}
	var found int
	err := s.db.WithContext(ctx).Raw(`SELECT count(*) FROM (SELECT `+endedTogether+` LIMIT ?) found`, r.Tenant.EnvironmentID, tags, sortable).Scan(&found).Error
	if err != nil {
		return false, fmt.Errorf("count faxes with all tags: %w", err)
	}
	return found < sortable, nil
}

// byRarity returns the keys of tags, the one that the fewest faxes have first. Tags on more than sortable count as equal.
func (s Store) byRarity(ctx context.Context, environmentID, tags string) ([]string, error) {
	var keys []string
	err := s.db.WithContext(ctx).Raw(`
		SELECT tag.key FROM jsonb_each_text(CAST(? AS jsonb)) tag
		ORDER BY (SELECT count(*) FROM (SELECT FROM fax.tags t
			WHERE t.environment_id = ? AND t.key = tag.key AND t.value = tag.value LIMIT ?) found), tag.key`,
		tags, environmentID, sortable).Scan(&keys).Error
	if err != nil {
		return nil, fmt.Errorf("look for the rarest tag: %w", err)
	}
	return keys, nil
}

// tags narrows a list of fax.tags to the first of some keys. The others are looked up for each fax in it, one by one: the
// server would rather join two lists, and when it misjudges them, by comparing each fax of one with each of the other.
func (c *conditions) tags(r contract.ListFaxesRequest, keys []string) {
	c.and("l.key = ? AND l.value = ? AND l.fate = each.stand", keys[0], r.Tags[keys[0]])
	for _, key := range keys[1:] {
		c.and(`(SELECT count(*) FROM fax.tags o WHERE o.environment_id = l.environment_id AND o.key = ? AND o.value = ?
			AND o.fate = l.fate AND o.created_at = l.created_at AND o.fax_id = l.fax_id) = 1`, key, r.Tags[key])
	}
}

// openFate is what fax.tags has instead of a status for faxes that have not ended.
const openFate contract.FaxStatus = "open"

// fates are the lists of fax.tags with faxes of these statuses.
func fates(statuses []contract.FaxStatus) []contract.FaxStatus {
	var found []contract.FaxStatus
	for _, status := range statuses {
		if !status.Terminal() {
			status = openFate
		}
		if !slices.Contains(found, status) {
			found = append(found, status)
		}
	}
	return found
}

// onTheWay is a condition for a status that faxes have no longer than a call takes, else empty. The server plans for few
// faxes only when the statement names that status.
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
