package httpapi

import (
	"context"
	"encoding/json"
	"time"
)

// Claim is an idempotency key that a running request holds.
type Claim struct {
	store       *IdempotencyStore
	at          string
	fingerprint []byte
	token       string
	stop        context.CancelFunc
}

// Keep stores the response for 24 hours and ends the claim.
func (c *Claim) Keep(ctx context.Context, r StoredResponse) error {
	encoded, err := json.Marshal(idempotencyRecord{Fingerprint: c.fingerprint, Token: c.token, Response: &r})
	if err != nil {
		return err
	}
	return c.end(ctx, string(encoded))
}

// Free ends the claim without a response: the request can be made again.
func (c *Claim) Free(ctx context.Context) error { return c.end(ctx, "") }

func (c *Claim) end(ctx context.Context, value string) error {
	c.stop()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), redisLimit)
	defer cancel()
	return finishClaim.Run(ctx, c.store.redis, []string{c.at}, c.token, value, keepResponse.Milliseconds()).Err()
}

// startRenewing renews the lease while the request runs, however long it takes.
func (c *Claim) startRenewing(ctx context.Context) {
	ctx, c.stop = context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		ticker := time.NewTicker(renewEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				_ = renewClaim.Run(ctx, c.store.redis, []string{c.at}, c.token, claimLease.Milliseconds()).Err()
			}
		}
	}()
}
