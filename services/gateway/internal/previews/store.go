package previews

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/mintfax/mintfax/services/gateway/internal/sessions"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// Lifetime is how long a preview can be viewed and sent. Its pages are swept from staging after an hour.
const Lifetime = 50 * time.Minute

const redisLimit = 2 * time.Second

// ErrNone says that the account has no such preview: it never existed, was sent, or has expired.
var ErrNone = errors.New("no such preview")

// Preview is a fax that is not sent yet. Its recipient and its fields are not kept here.
type Preview struct {
	EnvironmentID string              `json:"environment_id"`
	Fax           contract.FaxPreview `json:"fax"`
}

// Store keeps previews. When Redis is down, its methods return service_unavailable.
type Store struct {
	redis *redis.Client
}

// New returns a store in the given Redis.
func New(client *redis.Client) *Store { return &Store{redis: client} }

// Keep stores a preview of an account and returns its id. While the account is over its quota, Keep removes its oldest
// previews and returns their staged documents, which the caller deletes.
func (s *Store) Keep(ctx context.Context, accountID string, p Preview) (id string, removed []string, err error) {
	written, err := json.Marshal(p)
	if err != nil {
		return "", nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, redisLimit)
	defer cancel()
	id = sessions.NewSecret()
	if err := s.redis.Set(ctx, keyOf(accountID, id), written, Lifetime).Err(); err != nil {
		return "", nil, apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	removed, err = s.note(ctx, accountID, id, p.Fax.Pages.Document)
	return id, removed, err
}

// Get returns a preview of an account, or ErrNone.
func (s *Store) Get(ctx context.Context, accountID, id string) (Preview, error) {
	if !sessions.WellFormed(id) {
		return Preview{}, ErrNone
	}
	ctx, cancel := context.WithTimeout(ctx, redisLimit)
	defer cancel()
	written, err := s.redis.Get(ctx, keyOf(accountID, id)).Bytes()
	if errors.Is(err, redis.Nil) {
		return Preview{}, ErrNone
	}
	if err != nil {
		return Preview{}, apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	var p Preview
	return p, json.Unmarshal(written, &p)
}

// Forget removes a preview.
func (s *Store) Forget(ctx context.Context, accountID, id string) error {
	ctx, cancel := context.WithTimeout(ctx, redisLimit)
	defer cancel()
	pipe := s.redis.Pipeline()
	pipe.Del(ctx, keyOf(accountID, id))
	pipe.HDel(ctx, setOf(accountID), id)
	if _, err := pipe.Exec(ctx); err != nil {
		return apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	return nil
}

func keyOf(accountID, id string) string { return "preview:" + accountID + ":" + id }
