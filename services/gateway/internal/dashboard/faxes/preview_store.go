package faxes

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// PreviewLifetime is how long a preview can be viewed and sent. Its pages are swept from staging after an hour.
const PreviewLifetime = 50 * time.Minute

const redisLimit = 2 * time.Second

// ErrNoPreview means that the account has no such preview: it never existed, was sent, or has expired.
var ErrNoPreview = errors.New("no such preview")

// Preview is a fax that is not sent yet. Its recipient and its fields are not kept here.
type Preview struct {
	EnvironmentID string              `json:"environment_id"`
	Fax           contract.FaxPreview `json:"fax"`
}

// PreviewStore keeps previews. When Redis is down, its methods return service_unavailable.
type PreviewStore struct {
	redis *redis.Client
}

// NewPreviewStore returns a store in the given Redis.
func NewPreviewStore(client *redis.Client) *PreviewStore { return &PreviewStore{redis: client} }

// Keep stores a preview of an account and returns its id. While the account is over its quota, Keep removes its oldest
// previews and returns their staged documents, which the caller deletes.
func (s *PreviewStore) Keep(ctx context.Context, accountID string, p Preview) (id string, removed []string, err error) {
	written, err := json.Marshal(p)
	if err != nil {
		return "", nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, redisLimit)
	defer cancel()
	id = ui.NewSecret()
	if err := s.redis.Set(ctx, previewKey(accountID, id), written, PreviewLifetime).Err(); err != nil {
		return "", nil, apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	removed, err = s.note(ctx, accountID, id, p.Fax.Pages.Document)
	return id, removed, err
}

// Get returns a preview of an account, or ErrNoPreview.
func (s *PreviewStore) Get(ctx context.Context, accountID, id string) (Preview, error) {
	if !ui.WellFormed(id) {
		return Preview{}, ErrNoPreview
	}
	ctx, cancel := context.WithTimeout(ctx, redisLimit)
	defer cancel()
	written, err := s.redis.Get(ctx, previewKey(accountID, id)).Bytes()
	if errors.Is(err, redis.Nil) {
		return Preview{}, ErrNoPreview
	}
	if err != nil {
		return Preview{}, apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	var p Preview
	return p, json.Unmarshal(written, &p)
}

// Forget removes a preview.
func (s *PreviewStore) Forget(ctx context.Context, accountID, id string) error {
	ctx, cancel := context.WithTimeout(ctx, redisLimit)
	defer cancel()
	pipe := s.redis.Pipeline()
	pipe.Del(ctx, previewKey(accountID, id))
	pipe.HDel(ctx, previewSet(accountID), id)
	if _, err := pipe.Exec(ctx); err != nil {
		return apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	return nil
}

func previewKey(accountID, id string) string { return "preview:" + accountID + ":" + id }
