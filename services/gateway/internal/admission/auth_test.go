package admission

import (
	"context"
	"encoding/binary"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func testDigest(n int) (d [32]byte) {
	binary.BigEndian.PutUint64(d[:], uint64(n))
	return d
}

// echo answers each digest with a verdict that names it.
func echo(r contract.CheckKeysRequest) contract.CheckKeysReply {
	reply := contract.CheckKeysReply{}
	for _, d := range r.Digests {
		reply.Verdicts = append(reply.Verdicts, contract.Verdict{KeyID: string(d)})
	}
	return reply
}

func TestEveryRequestGetsItsOwnVerdictFromAtMostTwoCallsInFlight(t *testing.T) {
	var inFlight, most, questions atomic.Int64
	k := newKeyChecker(func(_ context.Context, r contract.CheckKeysRequest) (contract.CheckKeysReply, error) {
		questions.Add(1)
		now := inFlight.Add(1)
		for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
		}
		time.Sleep(time.Millisecond)
		inFlight.Add(-1)
		return echo(r), nil
	}, false, prometheus.NewRegistry())
	const requests = 2000
	var wg sync.WaitGroup
	for i := range requests {
		wg.Go(func() {
			d := testDigest(i)
			verdict, err := k.check(t.Context(), d)
			if err != nil || verdict.KeyID != string(d[:]) {
				t.Errorf("request %d: %v %v", i, verdict, err)
			}
		})
	}
	wg.Wait()
	require.LessOrEqual(t, most.Load(), int64(2))
	require.Less(t, questions.Load(), int64(requests), "requests that wait together must share a question")
}

// The promise of freshness: the question that answers a request was sent after the request arrived.
func TestVerdictIsReadAfterItsRequestArrived(t *testing.T) {
	var sent atomic.Int64 // the number of the latest question
	k := newKeyChecker(func(_ context.Context, r contract.CheckKeysRequest) (contract.CheckKeysReply, error) {
		number := sent.Add(1)
		time.Sleep(200 * time.Microsecond)
		reply := contract.CheckKeysReply{}
		for range r.Digests {
			reply.Verdicts = append(reply.Verdicts, contract.Verdict{AccountID: string(binary.BigEndian.AppendUint64(nil, uint64(number)))})
		}
		return reply, nil
	}, false, prometheus.NewRegistry())
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for range 200 {
				before := sent.Load()
				verdict, err := k.check(t.Context(), testDigest(1))
				if err != nil {
					t.Error(err)
					return
				}
				if number := int64(binary.BigEndian.Uint64([]byte(verdict.AccountID))); number <= before {
					t.Errorf("answered by question %d, which was sent before; the latest then was %d", number, before)
				}
			}
		})
	}
	wg.Wait()
}

func TestUnansweredQuestionIsUnavailableAndFreesItsSlot(t *testing.T) {
	k := newKeyChecker(func(ctx context.Context, r contract.CheckKeysRequest) (contract.CheckKeysReply, error) {
		if binary.BigEndian.Uint64(r.Digests[0]) < 2 { // auth is away for the first two
			<-ctx.Done()
			return contract.CheckKeysReply{}, ctx.Err()
		}
		return echo(r), nil
	}, false, prometheus.NewRegistry())
	var wg sync.WaitGroup
	for i := range 2 {
		wg.Go(func() {
			_, err := k.check(t.Context(), testDigest(i))
			if !apierror.Has(err, apierror.ServiceUnavailable) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	_, err := k.check(t.Context(), testDigest(3))
	require.NoError(t, err)
}

func TestFaultOrShortAnswerIsUnavailableNeverAVerdict(t *testing.T) {
	for _, ask := range []CheckKeysFunc{
		func(context.Context, contract.CheckKeysRequest) (contract.CheckKeysReply, error) {
			return contract.CheckKeysReply{}, errors.New("fault")
		},
		func(context.Context, contract.CheckKeysRequest) (contract.CheckKeysReply, error) {
			return contract.CheckKeysReply{}, nil
		},
	} {
		verdict, err := newKeyChecker(ask, false, prometheus.NewRegistry()).check(t.Context(), testDigest(1))
		require.True(t, apierror.Has(err, apierror.ServiceUnavailable), "%v", err)
		require.Zero(t, verdict)
	}
}

func TestCanceledRequestDisturbsNoOther(t *testing.T) {
	release := make(chan struct{})
	k := newKeyChecker(func(ctx context.Context, r contract.CheckKeysRequest) (contract.CheckKeysReply, error) {
		select {
		case <-release:
			return echo(r), nil
		case <-ctx.Done():
			return contract.CheckKeysReply{}, ctx.Err()
		}
	}, false, prometheus.NewRegistry())
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, err := k.check(ctx, testDigest(1))
		left <- err
	}()
	stayed := make(chan error)
	go func() {
		_, err := k.check(t.Context(), testDigest(2))
		stayed <- err
	}()
	time.Sleep(20 * time.Millisecond)
	cancel()
	close(release)
	<-left // with the verdict or without
	require.NoError(t, <-stayed)
}
