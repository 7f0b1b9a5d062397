package api

import (
	"net/http"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

// createPaymentIntent charges a saved card at once. Of all ways to make an intent it is the only one here.
func (s *Server) createPaymentIntent(c *call) (any, error) {
	wanted := readWanted(c.params)
	methodID := c.params.Required("payment_method")
	if err := c.params.Done(); err != nil {
		return nil, err
	}
	method, err := s.chargeable(string(wanted.Customer), methodID)
	if err != nil {
		return nil, err
	}
	intent, refused := s.Processor.PayOffSession(wanted, method, c.cause)
	if refused != nil {
		return nil, refused
	}
	return intent, nil
}

func readWanted(params *Params) processor.PaymentRequest {
	for _, name := range []string{"confirm", "off_session"} {
		if params.Enum(name, "true", "false") != "true" {
			params.Refuse("", name, "This emulator only makes intents that are confirmed at once and off-session: %s must be true.", name)
		}
	}
	params.Enum("capture_method", "automatic", "automatic_async")
	readURL(params, "return_url")
	if automatic := params.Object("automatic_payment_methods"); automatic != nil {
		automatic.Enum("enabled", "true", "false")
		automatic.Enum("allow_redirects", "always", "never")
	}
	return processor.PaymentRequest{
		Amount: readAmount(params), Currency: readCurrency(params), Customer: processor.Optional(params.Required("customer")),
		Description: params.Text("description"), ReceiptEmail: params.Text("receipt_email"), Metadata: params.Metadata("metadata"),
		MethodTypes: readMethodTypes(params, processor.CardMethod),
	}
}

func readAmount(params *Params) int64 {
	amount := params.RequiredInt("amount")
	if amount < 1 {
		params.Refuse("parameter_invalid_integer", "amount", "This value must be greater than or equal to 1.")
	}
	if amount < minTotal {
		params.Refuse("amount_too_small", "amount", "Amount must be at least 50 cents.")
	}
	if amount > maxTotal {
		params.Refuse("amount_too_large", "amount", "Amount must be no more than %d.", maxTotal)
	}
	return amount
}

// chargeable returns a card that belongs to the customer.
func (s *Server) chargeable(customer, id string) (*processor.PaymentMethod, error) {
	if s.State.Customers.Get(customer) == nil {
		return nil, processor.ParamNotFoundError("customer", customer, "customer")
	}
	method := s.State.PaymentMethods.Get(id)
	if method == nil {
		return nil, processor.ParamNotFoundError("PaymentMethod", id, "payment_method")
	}
	if method.Customer == "" {
		return nil, processor.RequestError(http.StatusBadRequest, "", "The provided PaymentMethod was previously used with a PaymentIntent "+
			"without Customer attachment, or was detached from a Customer. It may not be used again.")
	}
	if string(method.Customer) != customer {
		return nil, processor.ParamError("resource_missing", "payment_method", "The customer does not have a payment method with the ID %s. "+
			"The payment method must be attached to the customer.", id)
	}
	if method.Type != processor.CardMethod {
		return nil, processor.ParamError("", "payment_method", "The PaymentMethod provided (%s) is not allowed for this PaymentIntent. "+
			"This emulator only charges cards off-session.", method.Type)
	}
	return method, nil
}
