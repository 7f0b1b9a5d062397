// Package check answers the question that the gateway asks for every request with a key: is the key valid, and is its
// account activated? A live key is refused until the account's activated_at is set. Each answer is read from the
// database; none is cached.
package check

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/services/auth/internal/keys"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

// Checker checks keys.
type Checker struct {
	pepper  keys.Pepper
	store   *store
	used    *LastUsed
	metrics *metrics
}

// New prepares the statement that reads a batch of keys.
func New(ctx context.Context, db *sql.DB, pepper keys.Pepper, used *LastUsed, registerer prometheus.Registerer) (*Checker, error) {
	s, err := newStore(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("prepare the check: %w", err)
	}
	return &Checker{pepper: pepper, store: s, used: used, metrics: newMetrics(registerer)}, nil
}

// CheckKeys returns one verdict for each digest, in the order of the request. It reads all keys with one statement,
// which starts after the request has arrived.
func (c *Checker) CheckKeys(ctx context.Context, r contract.CheckKeysRequest) (contract.CheckKeysReply, error) {
	digests := make([][]byte, len(r.Digests))
	for i, digest := range r.Digests {
		digests[i] = c.pepper.Digest(digest)
	}
	found, err := c.store.find(ctx, digests)
	if err != nil {
		return contract.CheckKeysReply{}, fmt.Errorf("look keys up: %w", err)
	}
	reply := contract.CheckKeysReply{Verdicts: make([]contract.Verdict, len(digests))}
	for i, digest := range digests {
		reply.Verdicts[i] = verdict(found[string(digest)])
	}
	c.metrics.observe(reply.Verdicts)
	c.recordUse(reply.Verdicts)
	crashpoint.Here(crashpoint.CheckAnswered)
	return reply, nil
}

// verdict is the rule: an unknown, revoked or expired key is invalid, and a live key passes only if its account is
// activated.
func verdict(k *keyRow) contract.Verdict {
	if k == nil {
		return contract.Verdict{Refusal: apierror.APIKeyInvalid}
	}
	v := contract.Verdict{KeyID: k.id, Kind: contract.Kind(k.kind), AccountID: k.accountID}
	if k.environmentID.Valid {
		v.Environment = &contract.Environment{
			ID: k.environmentID.String, Name: k.environmentName.String, AccountID: k.accountID,
			Type: contract.EnvironmentType(k.environmentType.String), CreatedAt: k.environmentCreatedAt.Time.UTC(),
		}
	}
	if needsActivation(v.Kind, k.activatedAt) {
		v.Refusal = apierror.AccountNotActivated
	}
	return v
}

// needsActivation reports whether a kind of key is refused because its account is not activated.
func needsActivation(kind contract.Kind, activatedAt sql.NullTime) bool {
	return kind == contract.KindLive && !activatedAt.Valid
}

func (c *Checker) recordUse(verdicts []contract.Verdict) {
	now := time.Now()
	for _, v := range verdicts {
		if v.KeyID != "" {
			c.used.Record(v.KeyID, now)
		}
	}
}
