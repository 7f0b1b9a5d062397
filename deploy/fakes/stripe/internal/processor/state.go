package processor

import (
	"sync"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/object"
)

// State holds all objects but the events. Lock it around everything that is done with it or with an
// object of it, so that every request happens as a whole.
type State struct {
	sync.Mutex
	Customers      *Collection[object.Customer]
	Sessions       *Collection[object.Session]
	PaymentIntents *Collection[object.PaymentIntent]
	SetupIntents   *Collection[object.SetupIntent]
	PaymentMethods *Collection[object.PaymentMethod]
	Charges        *Collection[object.Charge]
	Refunds        *Collection[object.Refund]
	Disputes       *Collection[object.Dispute]
}

// NewState returns an empty State.
func NewState() *State {
	return &State{
		Customers:      newCollection[object.Customer](),
		Sessions:       newCollection[object.Session](),
		PaymentIntents: newCollection[object.PaymentIntent](),
		SetupIntents:   newCollection[object.SetupIntent](),
		PaymentMethods: newCollection[object.PaymentMethod](),
		Charges:        newCollection[object.Charge](),
		Refunds:        newCollection[object.Refund](),
		Disputes:       newCollection[object.Dispute](),
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
