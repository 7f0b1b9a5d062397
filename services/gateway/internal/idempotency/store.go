package idempotency

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/mintfax/mintfax/shared/ids"
)

const (
	lease      = 30 * time.Second // a crash frees the key after at most this
	renewEvery = 10 * time.Second
	keep       = 24 * time.Hour
	redisLimit = time.Second
)

// The reasons why a key cannot be claimed.
var (
	ErrReuse      = errors.New("the key was used with another request")
	ErrInProgress = errors.New("the first request with the key is still running")
	ErrAway       = errors.New("idempotency keys cannot be looked up")
)

// Response is a stored response.
type Response struct {
	Status int             `json:"status"`
	Body   json.RawMessage `json:"body"`
}

// record is what Redis keeps under a key. The token is a fence: a request that has lost its lease cannot write.
type record struct {
	Fingerprint []byte    `json:"fingerprint"`
	Token       string    `json:"token"`
	Response    *Response `json:"response,omitempty"`
}

// Store keeps responses by scope (account and environment) and key.
type Store struct {
	redis  *redis.Client
	prefix string
}

// NewStore returns a store whose keys begin with prefix.
func NewStore(client *redis.Client, prefix string) *Store {
	return &Store{redis: client, prefix: prefix}
}

// Claim claims the key for a request with this fingerprint. If an earlier request has finished, Claim returns its
// response instead.
func (s *Store) Claim(ctx context.Context, scope, key string, fingerprint []byte) (*Claim, *Response, error) {
	claim := &Claim{store: s, at: s.prefix + scope + ":" + key, fingerprint: fingerprint, token: ids.Base62(22)}
	ctx, cancel := context.WithTimeout(ctx, redisLimit)
	defer cancel()
	mine, err := json.Marshal(record{Fingerprint: fingerprint, Token: claim.token})
	if err != nil {
		return nil, nil, err
	}
	// SET NX with GET decides in one step which request is first: it returns the earlier value, or nothing.
	earlier, err := s.redis.SetArgs(ctx, claim.at, mine, redis.SetArgs{Mode: "NX", Get: true, TTL: lease}).Result()
	if errors.Is(err, redis.Nil) {
		claim.startRenewing(context.WithoutCancel(ctx))
		return claim, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrAway, err)
	}
	var found record
	if err := json.Unmarshal([]byte(earlier), &found); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrAway, err)
	}
	if string(found.Fingerprint) != string(fingerprint) {
		return nil, nil, ErrReuse
	}
	if found.Response == nil {
		return nil, nil, ErrInProgress
	}
	return nil, found.Response, nil
}

// finish and renew act only while the lease is still ours.
var (
	finish = redis.NewScript(`
local now = redis.call('GET', KEYS[1])
if not now or cjson.decode(now).token ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`)
	renew = redis.NewScript(`
local now = redis.call('GET', KEYS[1])
if not now or cjson.decode(now).token ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`)
)
