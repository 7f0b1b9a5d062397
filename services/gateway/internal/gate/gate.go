package gate

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

const (
	lanes      = 2           // check messages in flight
	maxWaiting = 10_000      // requests that wait for a lane; beyond it they are shed
	checkLimit = time.Second // a question that is not answered by then frees its lane
)

// Asker asks auth to judge a batch of keys.
type Asker func(context.Context, contract.CheckKeysRequest) (contract.CheckKeysReply, error)

// Gate batches naturally, without timers: while both lanes are busy, requests gather, and the next
// free lane takes them all. A request is only ever answered by a message that was sent after it
// arrived, so what it is told was read after it came.
type Gate struct {
	ask  Asker
	size prometheus.Histogram

	mu      sync.Mutex
	waiting []*request
	busy    int
}

type request struct {
	digest  [32]byte
	verdict chan result
}

type result struct {
	verdict contract.Verdict
	err     error
}

// New returns a gate that asks ask.
func New(ask Asker, metrics prometheus.Registerer) *Gate {
	g := &Gate{ask: ask, size: prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "mintfax_gate_batch_size", Help: "Keys in one question to auth.", Buckets: prometheus.ExponentialBuckets(1, 2, 10),
	})}
	metrics.MustRegister(g.size)
	return g
}

// Check returns what auth says about a key now. When auth does not say in time, the error is
// service_unavailable: never a refusal, never a pass.
func (g *Gate) Check(ctx context.Context, digest [32]byte) (contract.Verdict, error) {
	r := &request{digest: digest, verdict: make(chan result, 1)}
	if !g.enqueue(ctx, r) {
		return contract.Verdict{}, apierror.Wrap(apierror.ServiceUnavailable, errors.New("too many requests wait for auth"))
	}
	// A waiting request may sit out one whole question before its own is sent.
	limit := time.NewTimer(2 * checkLimit)
	defer limit.Stop()
	select {
	case got := <-r.verdict:
		return got.verdict, got.err
	case <-ctx.Done():
		return contract.Verdict{}, apierror.Wrap(apierror.ServiceUnavailable, ctx.Err())
	case <-limit.C:
		return contract.Verdict{}, apierror.Wrap(apierror.ServiceUnavailable, errors.New("auth did not answer in time"))
	}
}

func (g *Gate) enqueue(ctx context.Context, r *request) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) >= maxWaiting {
		return false
	}
	g.waiting = append(g.waiting, r)
	if g.busy < lanes {
		g.busy++
		go g.lane(context.WithoutCancel(ctx)) // the batch outlives the request that began it
	}
	return true
}

// lane asks until nobody waits.
func (g *Gate) lane(ctx context.Context) {
	for {
		batch := g.take()
		if batch == nil {
			return
		}
		g.judge(ctx, batch)
	}
}

func (g *Gate) take() []*request {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), contract.MaxCheckBatch)
	if n == 0 {
		g.busy--
		return nil
	}
	batch := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	if len(g.waiting) == 0 {
		g.waiting = nil
	}
	return batch
}

func (g *Gate) judge(ctx context.Context, batch []*request) {
	g.size.Observe(float64(len(batch)))
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	question := contract.CheckKeysRequest{Digests: make([][]byte, len(batch))}
	for i, r := range batch {
		question.Digests[i] = r.digest[:]
	}
	reply, err := g.ask(ctx, question)
	if err == nil && len(reply.Verdicts) != len(batch) {
		err = fmt.Errorf("auth gave %d verdicts for %d keys", len(reply.Verdicts), len(batch))
	}
	for i, r := range batch {
		if err != nil {
			r.verdict <- result{err: apierror.Wrap(apierror.ServiceUnavailable, err)}
			continue
		}
		r.verdict <- result{verdict: reply.Verdicts[i]}
	}
}
