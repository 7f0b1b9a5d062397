package sse

import (
	"context"
	"errors"
	"sync"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// Bounds of open pages, for an account and for a gateway.
const (
	maxOfAccount = 20
	maxOfGateway = 2_000
)

// ErrFull says that no more pages can be told.
var ErrFull = errors.New("too many pages are open")

// Hub tells pages that something about their account has changed. A page that is slow is told once for
// several changes.
type Hub struct {
	mu     sync.Mutex
	pages  map[string]map[chan struct{}]struct{} // by account
	open   int
	closed bool
}

// NewHub returns a hub that knows no page.
func NewHub() *Hub { return &Hub{pages: map[string]map[chan struct{}]struct{}{}} }

// Hear has the hub tell what the listener hears.
func (h *Hub) Hear(l *bus.Listener) {
	for _, event := range []contract.Event[contract.FaxEvent]{
		contract.FaxQueued, contract.FaxSending, contract.FaxDelivered, contract.FaxFailed, contract.FaxCanceled,
	} {
		bus.Hear(l, event, func(e contract.FaxEvent) { h.tell(e.Tenant.AccountID) })
	}
	bus.Hear(l, contract.AccountActivated, func(e contract.AccountActivatedEvent) { h.tell(e.AccountID) })
	bus.Hear(l, contract.BalanceTopup, func(e contract.BalanceTopupEvent) { h.tell(e.AccountID) })
	bus.Hear(l, contract.AutoTopUpPaused, func(e contract.AutoTopUpPausedEvent) { h.tell(e.AccountID) })
}

// Join returns a channel that has a value when there is news of the account, and is closed when the hub
// is; leave must be called. ErrFull: the bounds are reached, or the hub is closed.
func (h *Hub) Join(accountID string) (news <-chan struct{}, leave func(), err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || h.open >= maxOfGateway || len(h.pages[accountID]) >= maxOfAccount {
		return nil, nil, ErrFull
	}
	page := make(chan struct{}, 1)
	if h.pages[accountID] == nil {
		h.pages[accountID] = map[chan struct{}]struct{}{}
	}
	h.pages[accountID][page] = struct{}{}
	h.open++
	return page, func() { h.leave(accountID, page) }, nil
}

// Run closes the hub when ctx is done, so that no open page holds up the end of the gateway.
func (h *Hub) Run(ctx context.Context) error {
	<-ctx.Done()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for _, pages := range h.pages {
		for page := range pages {
			close(page)
		}
	}
	clear(h.pages)
	return nil
}

func (h *Hub) leave(accountID string, page chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, here := h.pages[accountID][page]; !here {
		return
	}
	delete(h.pages[accountID], page)
	h.open--
	if len(h.pages[accountID]) == 0 {
		delete(h.pages, accountID)
	}
}

func (h *Hub) tell(accountID string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for page := range h.pages[accountID] {
		select {
		case page <- struct{}{}:
		default: // it has not looked yet
		}
	}
}
