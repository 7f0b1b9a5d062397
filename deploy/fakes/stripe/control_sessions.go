package stripe

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

// properties is an object as it comes, with its values still to be read.
type properties map[string]json.RawMessage

func (c *controlAPI) newSession(r *http.Request) (any, error) {
	var asked struct {
		control.NewSession
		Patch properties `json:"patch"`
	}
	if err := readControl(r, &asked); err != nil {
		return nil, err
	}
	if asked.Amount < 1 || asked.Currency == "" {
		return nil, errors.New("amount and currency say what it costs")
	}
	if asked.Product == "" {
		asked.Product = "Something"
	}
	c.state.Lock()
	defer c.state.Unlock()
	if asked.Customer == "" {
		customer := processor.NewCustomer(c.now().Unix())
		c.state.Customers.Add(customer.ID, customer)
		asked.Customer = customer.ID
	} else if c.state.Customers.Get(asked.Customer) == nil {
		return nil, errUnknown
	}
	session := c.sessions.Open(c.orderOf(asked.NewSession), nil)
	if asked.Card != "" {
		next := strconv.Itoa(c.now().Year() + 1)
		if problem := c.sessions.Pay(session, processor.CardEntry{Number: asked.Card, ExpMonth: "12", ExpYear: next, CVC: "123"}); problem != nil {
			return nil, problem
		}
	}
	return patched(session, asked.Patch)
}

func (c *controlAPI) orderOf(asked control.NewSession) processor.Order {
	return processor.Order{
		Mode: processor.ModePayment, Currency: asked.Currency, Customer: asked.Customer, SuccessURL: c.publicURL, Metadata: asked.Metadata,
		Items:       []processor.Item{{Name: asked.Product, UnitAmount: asked.Amount, Quantity: 1}},
		Intent:      processor.IntentData{SetupFutureUsage: "off_session", Metadata: asked.Metadata},
		MethodTypes: []string{processor.CardMethod}, ExpiresAt: c.now().Add(24 * time.Hour).Unix(),
	}
}

func (c *controlAPI) patchSession(r *http.Request) (any, error) {
	var patch properties
	if err := readControl(r, &patch); err != nil {
		return nil, err
	}
	c.state.Lock()
	defer c.state.Unlock()
	session := c.state.Sessions.Get(r.PathValue("id"))
	if session == nil {
		return nil, errUnknown
	}
	return patched(session, patch)
}

func (c *controlAPI) expireSession(r *http.Request) (any, error) {
	c.state.Lock()
	defer c.state.Unlock()
	session := c.state.Sessions.Get(r.PathValue("id"))
	if session == nil {
		return nil, errUnknown
	}
	if session.Status != processor.SessionOpen {
		return nil, errors.New("only an open session expires; this one is " + session.Status)
	}
	c.sessions.Expire(session, nil)
	return patched(session, nil)
}

// patched overwrites all of the properties or none.
func patched(session *processor.Session, patch properties) (json.RawMessage, error) {
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
func overwrite(s *processor.Session, name string, value json.RawMessage) error {
	switch name {
	case "amount_total":
		return setProperty(&s.AmountTotal, value)
	case "currency":
		return setProperty(&s.Currency, value)
	case "livemode":
		return setProperty(&s.Livemode, value)
	case "payment_status":
		return setProperty(&s.PaymentStatus, value)
	case "status":
		return setProperty(&s.Status, value)
	case "mode":
		return setProperty(&s.Mode, value)
	case "customer":
		return setProperty(&s.Customer, value)
	case "client_reference_id":
		return setProperty(&s.ClientReferenceID, value)
	case "payment_intent":
		return setProperty(&s.PaymentIntent, value)
	case "metadata":
		return setProperty(&s.Metadata, value)
	default:
		return errors.New("a session's " + name + " cannot be overwritten")
	}
}

// setProperty decodes into a fresh value, because decoding into a map would keep the names that it has.
func setProperty[T any](property *T, value json.RawMessage) error {
	var fresh T
	if err := json.Unmarshal(value, &fresh); err != nil {
		return err
	}
	*property = fresh
	return nil
}
