package api

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

func (s *Server) createCustomer(c *call) (any, error) {
	customer := processor.NewCustomer(s.Now().Unix())
	change := readCustomer(c.params)
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	if err := s.apply(change, customer); err != nil {
		return nil, err
	}
	s.State.Customers.Add(customer.ID, customer)
	s.Events.Emit(processor.Emission{Type: "customer.created", Object: customer, Request: c.cause})
	return customer, nil
}

func (s *Server) updateCustomer(c *call) (any, error) {
	change := readCustomer(c.params)
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	customer, err := s.customer(c.path("id"))
	if err != nil {
		return nil, err
	}
	before := *customer
	if err := s.apply(change, customer); err != nil {
		return nil, err
	}
	if previous := changed(before, *customer); len(previous) > 0 {
		s.Events.Emit(processor.Emission{Type: "customer.updated", Object: customer, Request: c.cause, Previous: previous})
	}
	return customer, nil
}

func (s *Server) getCustomer(c *call) (any, error) {
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	return s.customer(c.path("id"))
}

func (s *Server) listCustomers(c *call) (any, error) {
	p, created, email := readPage(c.params), readCreated(c.params), c.params.Text("email")
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	match := func(o *processor.Customer) bool {
		return created.holds(o.Created) && (email == "" || string(o.Email) == email)
	}
	return cut(s.State.Customers.All(), match, func(o *processor.Customer) string { return o.ID }, p, "customer", "/v1/customers")
}

func (s *Server) customer(id string) (*processor.Customer, error) {
	if found := s.State.Customers.Get(id); found != nil {
		return found, nil
	}
	return nil, processor.NotFoundError("customer", id, "id")
}

// customerChange is what a request says of a customer; nil is not said.
type customerChange struct {
	email, name, phone, description *string
	metadata                        map[string]string
	clearMetadata                   bool
	defaultMethod                   *string
}

func readCustomer(params *Params) customerChange {
	change := customerChange{
		email: clearable(params, "email"), name: clearable(params, "name"),
		phone: clearable(params, "phone"), description: clearable(params, "description"),
	}
	if change.email != nil && *change.email != "" && !strings.Contains(*change.email, "@") {
		params.Refuse("email_invalid", "email", "Invalid email address: %s", *change.email)
	}
	if params.HasObject("metadata") {
		change.metadata = params.Metadata("metadata")
	} else if text := clearable(params, "metadata"); text != nil {
		change.clearMetadata = true
		if *text != "" {
			params.Refuse("", "metadata", "Invalid object")
		}
	}
	if settings := params.Object("invoice_settings"); settings != nil {
		change.defaultMethod = clearable(settings, "default_payment_method")
	}
	return change
}

func clearable(params *Params, name string) *string {
	if text, given := params.Clearable(name); given {
		return &text
	}
	return nil
}

func (s *Server) apply(change customerChange, to *processor.Customer) error {
	if id := change.defaultMethod; id != nil {
		method := s.State.PaymentMethods.Get(*id)
		if *id != "" && (method == nil || string(method.Customer) != to.ID) {
			return processor.ParamNotFoundError("PaymentMethod", *id, "invoice_settings[default_payment_method]")
		}
		to.InvoiceSettings.DefaultPaymentMethod = processor.Optional(*id)
	}
	for target, text := range map[*processor.Optional]*string{
		&to.Email: change.email, &to.Name: change.name, &to.Phone: change.phone, &to.Description: change.description,
	} {
		if text != nil {
			*target = processor.Optional(*text)
		}
	}
	to.Metadata = merged(to.Metadata, change.metadata, change.clearMetadata)
	return nil
}

// merged leaves its arguments as they are. An empty value removes its name.
func merged(old, change map[string]string, clearFirst bool) map[string]string {
	result := map[string]string{}
	for _, values := range []map[string]string{old, change} {
		for name, value := range values {
			if result[name] = value; value == "" {
				delete(result, name)
			}
		}
		if clearFirst {
			clear(result)
			clearFirst = false
		}
	}
	return result
}

// changed returns the properties that are different now, as they were.
func changed(before, after processor.Customer) map[string]any {
	was, is := properties(before), properties(after)
	previous := map[string]any{}
	for name, value := range was {
		if !reflect.DeepEqual(value, is[name]) {
			previous[name] = value
		}
	}
	return previous
}

func properties(customer processor.Customer) map[string]any {
	encoded, err := json.Marshal(customer)
	if err != nil {
		return nil
	}
	var all map[string]any
	if json.Unmarshal(encoded, &all) != nil {
		return nil
	}
	return all
}
