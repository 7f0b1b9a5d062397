package api

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

// Stripe's limits.
const (
	minTotal     = 50 // cents; nothing at all is allowed, too
	maxTotal     = 99_999_999
	maxQuantity  = 999_999
	maxItems     = 100
	maxReference = 200
	shortestOpen = 30 * time.Minute
	longestOpen  = 24 * time.Hour
)

// readOrder reads a session to create. Problems are noted in params.
func readOrder(params *Params, now time.Time) processor.Order {
	params.Required("mode")
	order := processor.Order{
		Mode:              params.Enum("mode", processor.ModePayment, processor.ModeSetup),
		Customer:          params.Text("customer"),
		CustomerCreation:  params.Enum("customer_creation", "always", "if_required"),
		CustomerEmail:     params.Text("customer_email"),
		ClientReferenceID: params.Text("client_reference_id"),
		SuccessURL:        readURL(params, "success_url"),
		CancelURL:         readURL(params, "cancel_url"),
		Locale:            params.Text("locale"),
		SubmitType:        params.Enum("submit_type", "auto", "book", "donate", "pay"),
		Metadata:          params.Metadata("metadata"),
		ExpiresAt:         readExpiry(params, now),
		MethodTypes:       readMethodTypes(params, processor.CardMethod, processor.BankAccount),
	}
	params.Enum("ui_mode", "hosted")
	readItems(params, &order)
	readIntent(params, &order)
	checkPerson(params, order)
	if !params.Has("success_url") {
		params.Refuse("parameter_missing", "success_url", "Missing required param: success_url.")
	}
	return order
}

func readURL(params *Params, name string) string {
	text := params.Text(name)
	if text == "" {
		return ""
	}
	parsed, err := url.Parse(text)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "" {
		params.Refuse("url_invalid", name, "Not a valid URL")
	}
	return text
}

func readExpiry(params *Params, now time.Time) int64 {
	at, given := params.Int("expires_at")
	if !given {
		return now.Add(longestOpen).Unix()
	}
	// A second on either side, because the caller's clock and the way here take their time.
	if at < now.Add(shortestOpen).Unix()-1 || at > now.Add(longestOpen).Unix()+1 {
		params.Refuse("", "expires_at", "The `expires_at` timestamp must be at least 30 minutes and less than 24 hours from Checkout "+
			"Session creation.")
	}
	return at
}

// readMethodTypes reads how a payment may be made, by card when nothing is said.
func readMethodTypes(params *Params, known ...string) []string {
	kinds := params.Texts("payment_method_types")
	for _, kind := range kinds {
		if !slices.Contains(known, kind) {
			params.Refuse("", "payment_method_types", "The payment method type provided: %s is invalid. This emulator only knows %s here.",
				kind, strings.Join(known, ", "))
		}
	}
	if len(kinds) == 0 {
		return []string{processor.CardMethod}
	}
	return kinds
}

func readItems(params *Params, order *processor.Order) {
	lines := params.List("line_items")
	for i, line := range lines {
		item, currency := readItem(line)
		if i > 0 && currency != order.Currency {
			params.Refuse("", "line_items", "All prices on a Checkout Session must be of the same currency.")
		}
		order.Items, order.Currency = append(order.Items, item), currency
	}
	if params.Has("currency") {
		if currency := readCurrency(params); order.Currency != "" && currency != order.Currency {
			params.Refuse("", "currency", "The currency is not that of the line items.")
		}
	}
	if order.Mode == processor.ModeSetup {
		if len(lines) > 0 {
			params.Refuse("", "line_items", "You can not pass `line_items` in `setup` mode.")
		}
		order.Currency = "" // Stripe takes it only to choose payment methods
		return
	}
	if len(lines) == 0 {
		params.Refuse("parameter_missing", "line_items", "You must provide `line_items` in `payment` mode.")
	}
	if len(lines) > maxItems {
		params.Refuse("", "line_items", "You can have at most %d line items.", maxItems)
	}
	checkTotal(params, *order)
}

func readItem(line *Params) (processor.Item, string) {
	item := processor.Item{Quantity: line.RequiredInt("quantity")}
	if item.Quantity < 1 || item.Quantity > maxQuantity {
		line.Refuse("parameter_invalid_integer", "quantity", "This value must be from 1 to %d.", maxQuantity)
	}
	if price := line.Text("price"); price != "" {
		line.Refuse("resource_missing", "price", "No such price: '%s'", price)
	}
	price := line.Object("price_data")
	if price == nil {
		line.Refuse("parameter_missing", "price_data", "Missing required param: price_data.")
		return item, ""
	}
	if item.UnitAmount = price.RequiredInt("unit_amount"); item.UnitAmount < 0 || item.UnitAmount > maxTotal {
		price.Refuse("parameter_invalid_integer", "unit_amount", "Invalid integer: must be from 0 to %d", maxTotal)
	}
	product := price.Object("product_data")
	if product == nil {
		price.Refuse("parameter_missing", "product_data", "Missing required param: product_data.")
	} else {
		item.Name = product.Required("name")
		product.Text("description")
		product.Metadata("metadata")
	}
	return item, readCurrency(price)
}

func readCurrency(params *Params) string {
	currency := strings.ToLower(params.Required("currency"))
	switch currency {
	case "", "usd", "eur", "gbp", "chf", "cad", "aud", "nzd", "sek", "nok", "dkk", "pln", "czk", "sgd", "hkd", "mxn", "brl", "inr":
	default:
		params.Refuse("", "currency", "Invalid currency: %s", currency)
	}
	return currency
}

func checkTotal(params *Params, order processor.Order) {
	total := order.Total()
	if total > maxTotal {
		params.Refuse("amount_too_large", "line_items", "The Checkout Session's total amount must be no more than %d.", maxTotal)
	}
	if total > 0 && total < minTotal {
		params.Refuse("amount_too_small", "line_items", "The Checkout Session's total amount due must add up to at least 50 cents.")
	}
}

// readIntent reads what is passed on to the intent. Each mode has its own.
func readIntent(params *Params, order *processor.Order) {
	payment, setup := params.Object("payment_intent_data"), params.Object("setup_intent_data")
	if payment != nil && order.Mode == processor.ModeSetup {
		params.Refuse("", "payment_intent_data", "You can not pass `payment_intent_data` in `setup` mode.")
	}
	if setup != nil && order.Mode == processor.ModePayment {
		params.Refuse("", "setup_intent_data", "You can not pass `setup_intent_data` in `payment` mode.")
	}
	for _, data := range []*Params{payment, setup} {
		if data == nil {
			continue
		}
		order.Intent.Description = data.Text("description")
		order.Intent.Metadata = data.Metadata("metadata")
	}
	if payment != nil {
		order.Intent.SetupFutureUsage = payment.Enum("setup_future_usage", "off_session", "on_session")
	}
}

func checkPerson(params *Params, order processor.Order) {
	if order.Customer != "" && order.CustomerCreation != "" {
		params.Refuse("", "customer_creation", "You may only specify one of these parameters: customer, customer_creation.")
	}
	if order.Customer != "" && order.CustomerEmail != "" {
		params.Refuse("", "customer_email", "You may only specify one of these parameters: customer, customer_email.")
	}
	if order.CustomerEmail != "" && !strings.Contains(order.CustomerEmail, "@") {
		params.Refuse("email_invalid", "customer_email", "Invalid email address: %s", order.CustomerEmail)
	}
	if utf8.RuneCountInString(order.ClientReferenceID) > maxReference {
		params.Refuse("", "client_reference_id", "Invalid string: must be at most %d characters", maxReference)
	}
}
