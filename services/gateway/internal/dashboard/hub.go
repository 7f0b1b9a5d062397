package dashboard

import (
	"context"
	"errors"
	"sync"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// Bounds of subscribers, for an account and for a gateway.
const (
	maxPerAccount = 20
	maxPerGateway = 2_000
)

// ErrFull means that no more pages can subscribe.
var ErrFull = errors.New("too many pages are open")

// Hub notifies subscribers that something about their account has changed. A slow subscriber gets one notification for
// several changes.
type Hub struct {
	mu          sync.Mutex
	subscribers map[string]map[chan struct{}]struct{} // by account
	count       int
	closed      bool
}

// NewHub returns a hub without subscribers.
func NewHub() *Hub { return &Hub{subscribers: map[string]map[chan struct{}]struct{}{}} }

// Listen has the hub notify subscribers of the listener's events.
func (h *Hub) Listen(l *bus.Listener) {
	for _, event := range []contract.Event[contract.FaxEvent]{
		contract.FaxQueued, contract.FaxSending, contract.FaxDelivered, contract.FaxFailed, contract.FaxCanceled,
	} {
		bus.Hear(l, event, func(e contract.FaxEvent) { h.notify(e.Tenant.AccountID) })
	}
	bus.Hear(l, contract.AccountActivated, func(e contract.AccountActivatedEvent) { h.notify(e.AccountID) })
	bus.Hear(l, contract.BalanceTopup, func(e contract.BalanceTopupEvent) { h.notify(e.AccountID) })
	bus.Hear(l, contract.AutoTopUpPaused, func(e contract.AutoTopUpPausedEvent) { h.notify(e.AccountID) })
}

// Subscribe returns a channel that has a value when something about the account has changed, and is closed when the hub
// is. Unsubscribe must be called. ErrFull: a bound is reached, or the hub is closed.
func (h *Hub) Subscribe(accountID string) (changes <-chan struct{}, unsubscribe func(), err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || h.count >= maxPerGateway || len(h.subscribers[accountID]) >= maxPerAccount {
		return nil, nil, ErrFull
	}
	subscriber := make(chan struct{}, 1)
	if h.subscribers[accountID] == nil {
		h.subscribers[accountID] = map[chan struct{}]struct{}{}
	}
	h.subscribers[accountID][subscriber] = struct{}{}
	h.count++
	return subscriber, func() { h.unsubscribe(accountID, subscriber) }, nil
}

// Run closes the hub when ctx is done, so that open streams do not hold up the shutdown.
func (h *Hub) Run(ctx context.Context) error {
	<-ctx.Done()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for _, subscribers := range h.subscribers {
		for subscriber := range subscribers {
			close(subscriber)
		}
	}
	clear(h.subscribers)
	return nil
}

func (h *Hub) unsubscribe(accountID string, subscriber chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, here := h.subscribers[accountID][subscriber]; !here {
		return
	}
	delete(h.subscribers[accountID], subscriber)
	h.count--
	if len(h.subscribers[accountID]) == 0 {
		delete(h.subscribers, accountID)
	}
}

func (h *Hub) notify(accountID string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for subscriber := range h.subscribers[accountID] {
		select {
		case subscriber <- struct{}{}:
		default: // it has an unread notification
		}
	}
}
