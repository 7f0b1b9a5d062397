package admission

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// CheckKeysFunc asks auth for a verdict on each key of a batch.
type CheckKeysFunc func(context.Context, contract.CheckKeysRequest) (contract.CheckKeysReply, error)

// keyChecker asks auth about the key of every request. Concurrent requests share a question, but each verdict was read
// after its request arrived, and none is kept for a later one.
type keyChecker struct {
	ask     CheckKeysFunc
	size    prometheus.Histogram
	batcher *batcher[[]byte, contract.Verdict]
}

// newKeyChecker returns a checker that asks ask. Unbatched, every request asks its own question, which the benchmark
// compares with.
func newKeyChecker(ask CheckKeysFunc, unbatched bool, metrics prometheus.Registerer) *keyChecker {
	k := &keyChecker{ask: ask, size: prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "mintfax_gate_batch_size", Help: "Keys in one question to auth.", Buckets: prometheus.ExponentialBuckets(1, 2, 10),
	})}
	metrics.MustRegister(k.size)
	cfg := batchConfig{inFlight: maxAuthCalls, slow: slowAuthCall, size: maxKeysPerCall, maxWaiting: authTimeout}
	if unbatched {
		cfg.inFlight, cfg.slow, cfg.size = maxPending, 0, 1
	}
	k.batcher = newBatcher(cfg, k.roundTrip)
	return k
}

// check returns auth's verdict on a key as of now. When auth does not answer in time, which is 2 s with the wait for a
// question's turn, the error is service_unavailable: never a refusal, never a pass.
func (k *keyChecker) check(ctx context.Context, digest [32]byte) (contract.Verdict, error) {
	verdict, err := k.batcher.ask(ctx, digest[:])
	if err != nil {
		return contract.Verdict{}, apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	return verdict, nil
}

func (k *keyChecker) roundTrip(ctx context.Context, digests [][]byte) ([]contract.Verdict, error) {
	k.size.Observe(float64(len(digests)))
	ctx, cancel := context.WithTimeout(ctx, authTimeout)
	defer cancel()
	reply, err := k.ask(ctx, contract.CheckKeysRequest{Digests: digests})
	return reply.Verdicts, err
}
