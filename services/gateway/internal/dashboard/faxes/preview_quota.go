package faxes

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// The quota of an account: of storage and of previews. The newest preview stays, however large it is.
const (
	maxBytes = 128 << 20
	maxCount = 50
)

// entry is a preview in the hash that each account has in Redis: by id, when it was made, the size of its pages, and the
// document they are in.
type entry struct {
	id, document string
	made         int64 // Unix nanoseconds
	bytes        int64
}

// note adds a preview to those of its account and removes the oldest while the account is over its quota. It returns the
// documents of the removed ones.
func (s *PreviewStore) note(ctx context.Context, accountID, id string, pages contract.StagedFile) (removed []string, err error) {
	all := previewSet(accountID)
	pipe := s.redis.Pipeline()
	pipe.HSet(ctx, all, id, fmt.Sprintf("%d %d %s", time.Now().UnixNano(), pages.Size, pages.ID))
	pipe.Expire(ctx, all, PreviewLifetime)
	listed := pipe.HGetAll(ctx, all)
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	for _, old := range beyond(parse(listed.Val())) {
		won, err := s.redis.HDel(ctx, all, old.id).Result()
		if err == nil {
			err = s.redis.Del(ctx, previewKey(accountID, old.id)).Err()
		}
		if err != nil {
			return removed, apierror.Wrap(apierror.ServiceUnavailable, err)
		}
		if won == 1 { // another gateway may remove or send it at the same time
			removed = append(removed, old.document)
		}
	}
	return removed, nil
}

// beyond returns the entries that are over the quota or expired, the oldest first.
func beyond(all []entry) []entry {
	slices.SortFunc(all, func(a, b entry) int { return cmp.Compare(b.made, a.made) })
	total, kept := int64(0), 0
	for _, e := range all {
		if total += e.bytes; kept > 0 && (total > maxBytes || kept == maxCount || time.Since(time.Unix(0, e.made)) > PreviewLifetime) {
			break
		}
		kept++
	}
	old := all[kept:]
	slices.Reverse(old)
	return old
}

func parse(fields map[string]string) []entry {
	var all []entry
	for id, value := range fields {
		parts := strings.SplitN(value, " ", 3)
		if len(parts) != 3 {
			continue
		}
		made, madeErr := strconv.ParseInt(parts[0], 10, 64)
		bytes, bytesErr := strconv.ParseInt(parts[1], 10, 64)
		if madeErr == nil && bytesErr == nil {
			all = append(all, entry{id, parts[2], made, bytes})
		}
	}
	return all
}

func previewSet(accountID string) string { return "previews:" + accountID }
