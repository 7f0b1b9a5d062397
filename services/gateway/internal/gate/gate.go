package gate

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/services/gateway/internal/batch"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

const (
	lanes      = 2                     // questions in flight
	slow       = 20 * time.Millisecond // the second only while the first takes longer than this
	maxWaiting = 2_000                 // requests that wait to be asked about; beyond it they are shed
	checkLimit = time.Second           // a question that is not answered by then frees its lane
)

// Asker asks auth to judge a batch of keys.
type Asker func(context.Context, contract.CheckKeysRequest) (contract.CheckKeysReply, error)

// Gate asks auth about every key. Requests that wait at the same time share a question, but what one is
// told was always read after it came.
type Gate struct {
	ask     Asker
	size    prometheus.Histogram
	batcher *batch.Batcher[[]byte, contract.Verdict]
}

// New returns a gate that asks ask. Without share every request asks by itself, which is for comparison.
func New(share bool, ask Asker, metrics prometheus.Registerer) *Gate {
	g := &Gate{ask: ask, size: prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "mintfax_gate_batch_size", Help: "Keys in one question to auth.", Buckets: prometheus.ExponentialBuckets(1, 2, 10),
	})}
	metrics.MustRegister(g.size)
	cfg := batch.Config{Lanes: lanes, Slow: slow, Size: contract.MaxCheckBatch, Waiting: maxWaiting, Patience: checkLimit}
	if !share {
		cfg.Lanes, cfg.Slow, cfg.Size = maxWaiting, 0, 1
	}
	g.batcher = batch.New(cfg, g.judge)
	return g
}

// Check returns what auth says about a key now. When auth does not say in time, which is 2 s with the
// wait for a lane, the error is service_unavailable: never a refusal, never a pass.
func (g *Gate) Check(ctx context.Context, digest [32]byte) (contract.Verdict, error) {
	verdict, err := g.batcher.Ask(ctx, digest[:])
	if err != nil {
		return contract.Verdict{}, apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	return verdict, nil
}

func (g *Gate) judge(ctx context.Context, digests [][]byte) ([]contract.Verdict, error) {
	g.size.Observe(float64(len(digests)))
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	reply, err := g.ask(ctx, contract.CheckKeysRequest{Digests: digests})
	return reply.Verdicts, err
}
