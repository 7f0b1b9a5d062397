package admission

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/fairqueue"
)

// Timeouts of the calls that may take longer than the bus's 5 s.
const (
	stripeTimeout = 15 * time.Second  // the service itself waits for Stripe or a carrier
	chargeTimeout = 25 * time.Second  // it may open a page after the charge
	renderTimeout = 130 * time.Second // it renders documents, which may take two minutes of CPU time
)

func timeouts() map[string]time.Duration {
	return map[string]time.Duration{
		string(contract.CreateCheckout): stripeTimeout,
		string(contract.CreateSetup):    stripeTimeout,
		string(contract.CreateTopUp):    chargeTimeout,
		string(contract.FulfilCheckout): stripeTimeout,
		string(contract.ReceiveStripe):  stripeTimeout,
		string(contract.RemoveCard):     stripeTimeout,
		string(contract.ReceiveCarrier): stripeTimeout,
		string(contract.SubmitFax):      renderTimeout,
		string(contract.QuoteFax):       renderTimeout,
		string(contract.PreviewFax):     renderTimeout,
		string(contract.ResendFax):      renderTimeout,
	}
}

var errTooManyCalls = errors.New("too many calls of this method are in flight")

type accountKey struct{}

// WithAccount returns a context whose calls count as the account's.
func WithAccount(ctx context.Context, accountID string) context.Context {
	return context.WithValue(ctx, accountKey{}, accountID)
}

// Calls is the bus.Caller of request handlers. It bounds the calls of each method so that neither one account nor
// unauthenticated requests can take all of a service, and gives each call its timeout.
type Calls struct {
	caller   bus.Caller
	timeouts map[string]time.Duration

	mu    sync.Mutex
	slots map[string]*slots // by method
}

// NewCalls returns bounded calls over caller.
func NewCalls(caller bus.Caller) *Calls {
	return &Calls{caller: caller, timeouts: timeouts(), slots: map[string]*slots{}}
}

// CallMethod implements bus.Caller.
func (a *Calls) CallMethod(ctx context.Context, method string, body []byte) ([]byte, error) {
	if timeout, known := a.timeouts[method]; known {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	release, err := a.slotsOf(method).acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	return a.caller.CallMethod(ctx, method, body)
}

func (a *Calls) slotsOf(method string) *slots {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.slots[method] == nil {
		a.slots[method] = newSlots()
	}
	return a.slots[method]
}

// slots bounds the calls of one method. Accounts share theirs through a fair queue; unauthenticated requests have slots
// of their own.
type slots struct {
	accounts        *fairqueue.Queue
	unauthenticated chan struct{}
}

func newSlots() *slots {
	return &slots{
		accounts:        fairqueue.New(fairqueue.Config{Slots: maxCalls, Each: maxCallsPerAccount, Waiting: maxCallsQueued}),
		unauthenticated: make(chan struct{}, maxCalls),
	}
}

// acquire takes a slot. A call of an account waits for one until ctx is done; an unauthenticated call fails at once
// when there is none.
func (s *slots) acquire(ctx context.Context) (release func(), err error) {
	account, known := ctx.Value(accountKey{}).(string)
	if !known {
		select {
		case s.unauthenticated <- struct{}{}:
			return func() { <-s.unauthenticated }, nil
		default:
			return nil, apierror.Wrap(apierror.ServiceUnavailable, errTooManyCalls)
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
