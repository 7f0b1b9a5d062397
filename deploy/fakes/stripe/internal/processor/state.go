package processor

import (
	"sync"
)

// State holds all objects but the events. Lock it around everything that is done with it or with an
// object of it, so that every request happens as a whole.
type State struct {
	sync.Mutex
	Customers      *Collection[Customer]
	Sessions       *Collection[Session]
	PaymentIntents *Collection[PaymentIntent]
	SetupIntents   *Collection[SetupIntent]
	PaymentMethods *Collection[PaymentMethod]
	Charges        *Collection[Charge]
	Refunds        *Collection[Refund]
	Disputes       *Collection[Dispute]
}

// NewState returns an empty State.
func NewState() *State {
	return &State{
		Customers:      newCollection[Customer](),
		Sessions:       newCollection[Session](),
		PaymentIntents: newCollection[PaymentIntent](),
		SetupIntents:   newCollection[SetupIntent](),
		PaymentMethods: newCollection[PaymentMethod](),
		Charges:        newCollection[Charge](),
		Refunds:        newCollection[Refund](),
		Disputes:       newCollection[Dispute](),
	}
}

// Find returns the object with the given id, whatever its kind.
func (s *State) Find(id string) (any, bool) {
	for _, find := range []func(string) (any, bool){
		s.Customers.find, s.Sessions.find, s.PaymentIntents.find, s.SetupIntents.find, s.PaymentMethods.find, s.Charges.find,
		s.Refunds.find, s.Disputes.find,
	} {
		if found, ok := find(id); ok {
			return found, true
		}
	}
	return nil, false
}
