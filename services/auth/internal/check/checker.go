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

// Checker judges keys.
type Checker struct {
	pepper  keys.Pepper
	store   *store
	used    *LastUsed
	metrics *metrics
}

// New prepares the one statement that judges a batch.
func New(ctx context.Context, db *sql.DB, pepper keys.Pepper, used *LastUsed, registerer prometheus.Registerer) (*Checker, error) {
	s, err := newStore(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("prepare the check: %w", err)
	}
	return &Checker{pepper: pepper, store: s, used: used, metrics: newMetrics(registerer)}, nil
}

// CheckKeys gives one verdict for each digest, in the order asked, all from one statement that began
// after the question arrived.
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
		reply.Verdicts[i] = judge(found[string(digest)])
	}
	c.metrics.judged(reply.Verdicts)
	c.noteUse(reply.Verdicts)
	crashpoint.Here(crashpoint.CheckAnswered)
	return reply, nil
}

// judge is the rule of the gate: an unknown key is invalid, and a live key passes only when its
// account is activated.
func judge(k *keyRow) contract.Verdict {
	if k == nil {
		return contract.Verdict{Refusal: apierror.APIKeyInvalid}
	}
	verdict := contract.Verdict{KeyID: k.id, Kind: contract.Kind(k.kind), AccountID: k.accountID}
	if k.environmentID.Valid {
		verdict.Environment = &contract.Environment{
			ID: k.environmentID.String, Name: k.environmentName.String, AccountID: k.accountID,
			Type: contract.EnvironmentType(k.environmentType.String), CreatedAt: k.environmentCreatedAt.Time.UTC(),
		}
	}
	if closed(verdict.Kind, k.activatedAt) {
		verdict.Refusal = apierror.AccountNotActivated
	}
	return verdict
}

// closed says whether the gate is closed to what belongs to a live environment.
func closed(kind contract.Kind, activatedAt sql.NullTime) bool {
	return kind == contract.KindLive && !activatedAt.Valid
}

func (c *Checker) noteUse(verdicts []contract.Verdict) {
	now := time.Now()
	for _, v := range verdicts {
		if v.KeyID != "" {
			c.used.Note(v.KeyID, now)
		}
	}
}
