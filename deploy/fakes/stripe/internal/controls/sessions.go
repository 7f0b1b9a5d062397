package controls

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/cards"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/checkout"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/object"
)

// properties is an object as it comes, with its values still to be read.
type properties map[string]json.RawMessage

func (c *Controls) newSession(r *http.Request) (any, error) {
	var asked struct {
		control.NewSession
		Patch properties `json:"patch"`
	}
	if err := read(r, &asked); err != nil {
		return nil, err
	}
	if asked.Amount < 1 || asked.Currency == "" {
		return nil, errors.New("amount and currency say what it costs")
	}
	if asked.Product == "" {
		asked.Product = "Something"
	}
	c.State.Lock()
	defer c.State.Unlock()
	if asked.Customer == "" {
		customer := checkout.NewCustomer(c.Now().Unix())
		c.State.Customers.Add(customer.ID, customer)
		asked.Customer = customer.ID
	} else if c.State.Customers.Get(asked.Customer) == nil {
		return nil, errUnknown
	}
	session := c.Desk.Open(c.orderOf(asked.NewSession), nil)
	if asked.Card != "" {
		next := strconv.Itoa(c.Now().Year() + 1)
		if problem := c.Desk.Pay(session, cards.Typed{Number: asked.Card, ExpMonth: "12", ExpYear: next, CVC: "123"}); problem != nil {
			return nil, problem
		}
	}
	return patched(session, asked.Patch)
}

func (c *Controls) orderOf(asked control.NewSession) checkout.Order {
	return checkout.Order{
		Mode: object.ModePayment, Currency: asked.Currency, Customer: asked.Customer, SuccessURL: c.Here, Metadata: asked.Metadata,
		Items:       []checkout.Item{{Name: asked.Product, UnitAmount: asked.Amount, Quantity: 1}},
		Intent:      object.IntentData{SetupFutureUsage: "off_session", Metadata: asked.Metadata},
		MethodTypes: []string{object.CardMethod}, ExpiresAt: c.Now().Add(24 * time.Hour).Unix(),
	}
}

func (c *Controls) patchSession(r *http.Request) (any, error) {
	var patch properties
	if err := read(r, &patch); err != nil {
		return nil, err
	}
	c.State.Lock()
	defer c.State.Unlock()
	session := c.State.Sessions.Get(r.PathValue("id"))
	if session == nil {
		return nil, errUnknown
	}
	return patched(session, patch)
}

func (c *Controls) expireSession(r *http.Request) (any, error) {
	c.State.Lock()
	defer c.State.Unlock()
	session := c.State.Sessions.Get(r.PathValue("id"))
	if session == nil {
		return nil, errUnknown
	}
	if session.Status != object.SessionOpen {
		return nil, errors.New("only an open session expires; this one is " + session.Status)
	}
	c.Desk.Expire(session, nil)
	return patched(session, nil)
}

// patched overwrites all of the properties or none.
func patched(session *object.Session, patch properties) (json.RawMessage, error) {
	forged := *session
	for name, value := range patch {
		if err := overwrite(&forged, name, value); err != nil {
			return nil, err
		}
	}
	*session = forged
	return asNow(session)
}

// overwrite takes null for an empty text, too.
func overwrite(s *object.Session, name string, value json.RawMessage) error {
	switch name {
	case "amount_total":
		return set(&s.AmountTotal, value)
	case "currency":
		return set(&s.Currency, value)
	case "livemode":
		return set(&s.Livemode, value)
	case "payment_status":
		return set(&s.PaymentStatus, value)
	case "status":
		return set(&s.Status, value)
	case "mode":
		return set(&s.Mode, value)
	case "customer":
		return set(&s.Customer, value)
	case "client_reference_id":
		return set(&s.ClientReferenceID, value)
	case "payment_intent":
		return set(&s.PaymentIntent, value)
	case "metadata":
		return set(&s.Metadata, value)
	default:
		return errors.New("a session's " + name + " cannot be overwritten")
	}
}

// set decodes into a fresh value, because decoding into a map would keep the names that it has.
func set[T any](property *T, value json.RawMessage) error {
	var fresh T
	if err := json.Unmarshal(value, &fresh); err != nil {
		return err
	}
	*property = fresh
	return nil
}
