package httpapi

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
	claimLease   = 30 * time.Second // a crash frees the key after at most this
	renewEvery   = 10 * time.Second
	keepResponse = 24 * time.Hour
	redisLimit   = time.Second
)

// The reasons why a key cannot be claimed.
var (
	ErrKeyReused       = errors.New("the key was used with another request")
	ErrKeyInProgress   = errors.New("the first request with the key is still running")
	ErrKeysUnavailable = errors.New("idempotency keys cannot be looked up")
)

// StoredResponse is a stored response.
type StoredResponse struct {
	Status int             `json:"status"`
	Body   json.RawMessage `json:"body"`
}

// idempotencyRecord is what Redis keeps under a key. The token is a fence: a request that has lost its lease cannot write.
type idempotencyRecord struct {
	Fingerprint []byte          `json:"fingerprint"`
	Token       string          `json:"token"`
	Response    *StoredResponse `json:"response,omitempty"`
}

// IdempotencyStore keeps responses by scope (account and environment) and key.
type IdempotencyStore struct {
	redis  *redis.Client
	prefix string
}

// NewIdempotencyStore returns a store whose keys begin with prefix.
func NewIdempotencyStore(client *redis.Client, prefix string) *IdempotencyStore {
	return &IdempotencyStore{redis: client, prefix: prefix}
}

// Claim claims the key for a request with this fingerprint. If an earlier request has finished, Claim returns its
// response instead.
func (s *IdempotencyStore) Claim(ctx context.Context, scope, key string, fingerprint []byte) (*Claim, *StoredResponse, error) {
	claim := &Claim{store: s, at: s.prefix + scope + ":" + key, fingerprint: fingerprint, token: ids.Base62(22)}
	ctx, cancel := context.WithTimeout(ctx, redisLimit)
	defer cancel()
	mine, err := json.Marshal(idempotencyRecord{Fingerprint: fingerprint, Token: claim.token})
	if err != nil {
		return nil, nil, err
	}
	// SET NX with GET decides in one step which request is first: it returns the earlier value, or nothing.
	earlier, err := s.redis.SetArgs(ctx, claim.at, mine, redis.SetArgs{Mode: "NX", Get: true, TTL: claimLease}).Result()
	if errors.Is(err, redis.Nil) {
		claim.startRenewing(context.WithoutCancel(ctx))
		return claim, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrKeysUnavailable, err)
	}
	var found idempotencyRecord
	if err := json.Unmarshal([]byte(earlier), &found); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrKeysUnavailable, err)
	}
	if string(found.Fingerprint) != string(fingerprint) {
		return nil, nil, ErrKeyReused
	}
	if found.Response == nil {
		return nil, nil, ErrKeyInProgress
	}
	return nil, found.Response, nil
}

// finishClaim and renewClaim act only while the lease is still ours.
var (
	finishClaim = redis.NewScript(`
local now = redis.call('GET', KEYS[1])
if not now or cjson.decode(now).token ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`)
	renewClaim = redis.NewScript(`
local now = redis.call('GET', KEYS[1])
if not now or cjson.decode(now).token ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`)
)
