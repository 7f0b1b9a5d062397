package admission

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	knownKeyTTL   = 24 * time.Hour // since a gateway that had forgotten the key saw it
	maxKnownKeys  = 100_000        // in this process, some 10 MB; beyond it all are looked up again
	maxUnsaved    = 10_000         // that wait to be written to Redis
	savedTogether = 500
)

// knownKeys remembers the account of each key that auth has accepted: in this process, and in Redis for the other
// gateways. It is not a verdict, since auth checks the key of every request. It chooses the limits that a request is
// counted by before that: a flood of bad keys from an address must not lock out the good keys behind the same address.
type knownKeys struct {
	redis  *redis.Client
	prefix string
	log    *slog.Logger

	mu       sync.Mutex
	accounts map[fingerprint]string
	unsaved  map[fingerprint]string
	saving   bool
}

// fingerprint is half of a key's digest. A key is counted by it.
type fingerprint [16]byte

// String is the fingerprint's form in the names of counters.
func (f fingerprint) String() string { return hex.EncodeToString(f[:]) }

// newKnownKeys returns an empty memory. Its entries in Redis begin with prefix.
func newKnownKeys(client *redis.Client, prefix string, log *slog.Logger) *knownKeys {
	return &knownKeys{redis: client, prefix: prefix, log: log, accounts: map[fingerprint]string{}, unsaved: map[fingerprint]string{}}
}

// account returns the account of a key that this process knows.
func (k *knownKeys) account(key fingerprint) (accountID string, known bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	accountID, known = k.accounts[key]
	return accountID, known
}

// find also asks Redis for the keys that other gateways know. While Redis is down it finds no more than account.
func (k *knownKeys) find(ctx context.Context, key fingerprint) (accountID string, known bool) {
	if accountID, known = k.account(key); known {
		return accountID, true
	}
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	accountID, err := k.redis.Get(ctx, k.prefix+key.String()).Result()
	if err != nil {
		if !errors.Is(err, redis.Nil) {
			k.log.WarnContext(ctx, "Redis does not answer whether a key is known", "error", err)
		}
		return "", false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keep(key, accountID)
	return accountID, true
}

// add remembers a key that auth has accepted. It writes to Redis in the background.
func (k *knownKeys) add(ctx context.Context, key fingerprint, accountID string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.accounts[key] == accountID {
		return
	}
	k.keep(key, accountID)
	if len(k.unsaved) == maxUnsaved {
		return // another gateway learns the key by itself
	}
	k.unsaved[key] = accountID
	if !k.saving {
		k.saving = true
		go k.saveAll(context.WithoutCancel(ctx))
	}
}

// remove forgets a key that auth has refused.
func (k *knownKeys) remove(ctx context.Context, key fingerprint) {
	k.mu.Lock()
	_, known := k.accounts[key]
	delete(k.accounts, key)
	delete(k.unsaved, key)
	k.mu.Unlock()
	if !known {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), redisTimeout)
	defer cancel()
	if err := k.redis.Del(ctx, k.prefix+key.String()).Err(); err != nil {
		k.log.WarnContext(ctx, "a refused key stays known until it expires in Redis", "error", err)
	}
}

func (k *knownKeys) keep(key fingerprint, accountID string) {
	if len(k.accounts) >= maxKnownKeys {
		clear(k.accounts)
	}
	k.accounts[key] = accountID
}

// saveAll writes to Redis until nothing is left to write.
func (k *knownKeys) saveAll(ctx context.Context) {
	for batch := k.take(); batch != nil; batch = k.take() {
		k.save(ctx, batch)
	}
}

func (k *knownKeys) take() map[fingerprint]string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.unsaved) == 0 {
		k.saving = false
		return nil
	}
	batch := make(map[fingerprint]string, savedTogether)
	for key, accountID := range k.unsaved {
		if len(batch) == savedTogether {
			break
		}
		batch[key] = accountID
		delete(k.unsaved, key)
	}
	return batch
}

func (k *knownKeys) save(ctx context.Context, batch map[fingerprint]string) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	pipe := k.redis.Pipeline()
	for key, accountID := range batch {
		pipe.Set(ctx, k.prefix+key.String(), accountID, knownKeyTTL)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		k.log.WarnContext(ctx, "accepted keys were not saved for other gateways", "error", err)
	}
}
