package rpc

import (
	"context"
	"errors"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/fairqueue"
)

const (
	// maxInFlight is how many calls of one method a gateway has in flight. A service that has fallen behind would not
	// answer more of them before their deadlines.
	maxInFlight = 200
	// maxOfAccount is how many of those one account may have. That many documents keep the processors of one
	// fax-dispatch busy, and eight accounts at once leave room for a ninth.
	maxOfAccount = 24
	// maxWaiting is how many calls of one account wait for a slot. Each may hold an uploaded document.
	maxWaiting = 200
)

var errBusy = errors.New("too many calls of this method are in flight")

type accountKey struct{}

// ForAccount returns a context whose calls count as the account's.
func ForAccount(ctx context.Context, accountID string) context.Context {
	return context.WithValue(ctx, accountKey{}, accountID)
}

// slots bounds the calls of one method. Those of accounts have slots of their own, shared fairly, so that neither an
// account nor requests without one can take all.
type slots struct {
	accounts *fairqueue.Queue
	nobody   chan struct{}
}

func newSlots() *slots {
	return &slots{accounts: fairqueue.New(fairqueue.Config{Slots: maxInFlight, Each: maxOfAccount, Waiting: maxWaiting}), nobody: make(chan struct{}, maxInFlight)}
}

// take returns a function that gives the slot back. A call of an account waits for its slot until ctx is done; one of
// nobody is refused at once when there is none.
func (s *slots) take(ctx context.Context) (release func(), err error) {
	account, known := ctx.Value(accountKey{}).(string)
	if !known {
		select {
		case s.nobody <- struct{}{}:
			return func() { <-s.nobody }, nil
		default:
			return nil, apierror.Wrap(apierror.ServiceUnavailable, errBusy)
		}
	}
	slot, err := s.accounts.Take(ctx, account)
	if errors.Is(err, fairqueue.ErrFull) {
		return nil, apierror.New(apierror.RateLimitExceeded).With("retry_after", 1)
	}
	if err != nil {
		return nil, apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	return slot.Release, nil
}

func shared[Req, Resp any](s *slots, ask Ask[Req, Resp]) Ask[Req, Resp] {
	return func(ctx context.Context, req Req) (Resp, error) {
		release, err := s.take(ctx)
		if err != nil {
			var none Resp
			return none, err
		}
		defer release()
		return ask(ctx, req)
	}
}
