package limits

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
	knownFor      = 24 * time.Hour // after its last sight by a gateway that had forgotten it
	maxKnown      = 100_000        // in this process, some 10 MB; beyond it all are looked up anew
	maxUnsaved    = 10_000         // that wait to be written to Redis
	savedTogether = 500
)

// Known remembers which keys auth has accepted, and of which account they are: in this process, and in Redis for the other
// gateways. It is no verdict, as auth judges the key of every request. It decides by which limits a request is
// counted before that: a flood of bad keys from an address must not lock out the good ones that come from there, too.
type Known struct {
	redis  *redis.Client
	prefix string
	log    *slog.Logger

	mu       sync.Mutex
	accounts map[Fingerprint]string
	unsaved  map[Fingerprint]string
	saving   bool
}

// Fingerprint is half of a key's digest, by which it is counted.
type Fingerprint [16]byte

// String is the form in names of counters.
func (f Fingerprint) String() string { return hex.EncodeToString(f[:]) }

// NewKnown returns a memory whose entries in Redis begin with prefix.
func NewKnown(client *redis.Client, prefix string, log *slog.Logger) *Known {
	return &Known{redis: client, prefix: prefix, log: log, accounts: map[Fingerprint]string{}, unsaved: map[Fingerprint]string{}}
}

// Account is that of a key which this process has seen accepted.
func (k *Known) Account(key Fingerprint) (account string, known bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	account, known = k.accounts[key]
	return account, known
}

// Find also asks Redis what other gateways have seen. While Redis is away nothing more is known.
func (k *Known) Find(ctx context.Context, key Fingerprint) (account string, known bool) {
	if account, known = k.Account(key); known {
		return account, true
	}
	ctx, cancel := context.WithTimeout(ctx, redisLimit)
	defer cancel()
	account, err := k.redis.Get(ctx, k.prefix+key.String()).Result()
	if err != nil {
		if !errors.Is(err, redis.Nil) {
			k.log.WarnContext(ctx, "Redis does not tell whether a key is known", "error", err)
		}
		return "", false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keep(key, account)
	return account, true
}

// Learn remembers a key that auth has accepted. Redis is written to in the background.
func (k *Known) Learn(ctx context.Context, key Fingerprint, account string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.accounts[key] == account {
		return
	}
	k.keep(key, account)
	if len(k.unsaved) == maxUnsaved {
		return // another gateway meets the key itself
	}
	k.unsaved[key] = account
	if !k.saving {
		k.saving = true
		go k.saveAll(context.WithoutCancel(ctx))
	}
}

// Forget drops a key that auth has refused.
func (k *Known) Forget(ctx context.Context, key Fingerprint) {
	k.mu.Lock()
	_, known := k.accounts[key]
	delete(k.accounts, key)
	delete(k.unsaved, key)
	k.mu.Unlock()
	if !known {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), redisLimit)
	defer cancel()
	if err := k.redis.Del(ctx, k.prefix+key.String()).Err(); err != nil {
		k.log.WarnContext(ctx, "a refused key stays known until Redis forgets it", "error", err)
	}
}

func (k *Known) keep(key Fingerprint, account string) {
	if len(k.accounts) >= maxKnown {
		clear(k.accounts)
	}
	k.accounts[key] = account
}

// saveAll writes to Redis until nothing is left to write.
func (k *Known) saveAll(ctx context.Context) {
	for batch := k.take(); batch != nil; batch = k.take() {
		k.save(ctx, batch)
	}
}

func (k *Known) take() map[Fingerprint]string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.unsaved) == 0 {
		k.saving = false
		return nil
	}
	batch := make(map[Fingerprint]string, savedTogether)
	for key, account := range k.unsaved {
		if len(batch) == savedTogether {
			break
		}
		batch[key] = account
		delete(k.unsaved, key)
	}
	return batch
}

func (k *Known) save(ctx context.Context, batch map[Fingerprint]string) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	pipe := k.redis.Pipeline()
	for key, account := range batch {
		pipe.Set(ctx, k.prefix+key.String(), account, knownFor)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		k.log.WarnContext(ctx, "other gateways are not told of accepted keys", "error", err)
	}
}
