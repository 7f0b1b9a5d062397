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

// Lifetime is how long a preview can be looked at and sent. Its pages are swept from staging after an hour.
const Lifetime = 50 * time.Minute

const redisLimit = 2 * time.Second

// ErrNone says that there is no such preview: it never was, it is another account's, it was sent, or it is too old.
var ErrNone = errors.New("no such preview")

// Preview is a fax that is not sent yet. Who it goes to and what it says is not kept here.
type Preview struct {
	EnvironmentID string              `json:"environment_id"`
	Fax           contract.FaxPreview `json:"fax"`
}

// Store keeps previews. When Redis is away, its methods return service_unavailable.
type Store struct {
	redis *redis.Client
}

// New returns a store in the given Redis.
func New(client *redis.Client) *Store { return &Store{redis: client} }

// Keep keeps a preview of an account and returns its id. What the account has beyond its share of the storage is ended, the
// oldest first; the staged documents of those previews are returned, to be deleted.
func (s *Store) Keep(ctx context.Context, accountID string, p Preview) (id string, ended []string, err error) {
	written, err := json.Marshal(p)
	if err != nil {
		return "", nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, redisLimit)
	defer cancel()
	id = sessions.NewSecret()
	if err := s.redis.Set(ctx, place(accountID, id), written, Lifetime).Err(); err != nil {
		return "", nil, apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	ended, err = s.note(ctx, accountID, id, p.Fax.Pages.Document)
	return id, ended, err
}

// Get returns a preview of an account, or ErrNone.
func (s *Store) Get(ctx context.Context, accountID, id string) (Preview, error) {
	if !sessions.WellFormed(id) {
		return Preview{}, ErrNone
	}
	ctx, cancel := context.WithTimeout(ctx, redisLimit)
	defer cancel()
	written, err := s.redis.Get(ctx, place(accountID, id)).Bytes()
	if errors.Is(err, redis.Nil) {
		return Preview{}, ErrNone
	}
	if err != nil {
		return Preview{}, apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	var p Preview
	return p, json.Unmarshal(written, &p)
}

// Forget ends a preview.
func (s *Store) Forget(ctx context.Context, accountID, id string) error {
	ctx, cancel := context.WithTimeout(ctx, redisLimit)
	defer cancel()
	pipe := s.redis.Pipeline()
	pipe.Del(ctx, place(accountID, id))
	pipe.HDel(ctx, placeOfAll(accountID), id)
	if _, err := pipe.Exec(ctx); err != nil {
		return apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	return nil
}

func place(accountID, id string) string { return "preview:" + accountID + ":" + id }
