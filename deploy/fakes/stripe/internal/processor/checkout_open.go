package processor

import (
	"strconv"
	"time"
)

// Sessions opens, pays and expires Checkout Sessions.
type Sessions struct {
	state     *State
	events    *Log
	processor *Processor
	now       func() time.Time
	publicURL string
}

// NewSessions returns Sessions whose pages are under publicURL.
func NewSessions(st *State, log *Log, money *Processor, now func() time.Time, publicURL string) *Sessions {
	return &Sessions{state: st, events: log, processor: money, now: now, publicURL: publicURL}
}

// Order is a session to open. Items and Currency are empty in setup mode.
type Order struct {
	Mode              string
	Items             []Item
	Currency          string
	Customer          string // a known one, or empty
	CustomerCreation  string
	CustomerEmail     string
	ClientReferenceID string
	SuccessURL        string
	CancelURL         string
	Locale            string
	SubmitType        string
	Metadata          map[string]string
	Intent            IntentData
	ExpiresAt         int64 // seconds since 1970
	MethodTypes       []string
}

// Item is something to buy.
type Item struct {
	Name       string
	UnitAmount int64 // in cents
	Quantity   int64
}

// Total is what the items cost.
func (o Order) Total() int64 {
	var total int64
	for _, item := range o.Items {
		total += item.UnitAmount * item.Quantity
	}
	return total
}

// Open creates an open session. A setup intent is there from the beginning, a payment
// intent only after the first attempt to pay.
func (d *Sessions) Open(o Order, cause *EventRequest) *Session {
	id := NewID("cs_test_")
	s := &Session{
		ID: id, Object: "checkout.session", Mode: o.Mode, Status: SessionOpen, PaymentStatus: Unpaid,
		CancelURL: Optional(o.CancelURL), SuccessURL: Optional(o.SuccessURL),
		ClientReferenceID: Optional(o.ClientReferenceID), Created: d.now().Unix(), ExpiresAt: o.ExpiresAt,
		CustomFields: []Null{}, ShippingOptions: []Null{},
		Customer: Optional(o.Customer), CustomerCreation: Optional(o.CustomerCreation),
		CustomerEmail: Optional(o.CustomerEmail), CustomerDetails: d.details(o.Customer, o.CustomerEmail),
		Locale: Optional(o.Locale), SubmitType: Optional(o.SubmitType), Metadata: notNil(o.Metadata),
		PaymentMethodCollection: "always", PaymentMethodOptions: map[string]any{}, PaymentMethodTypes: o.MethodTypes,
		TotalDetails: &TotalDetails{}, UIMode: "hosted", URL: Optional(d.publicURL + "/c/pay/" + id),
		Intent: o.Intent,
	}
	if o.Mode == ModeSetup {
		s.PaymentStatus, s.TotalDetails = NoPaymentRequired, nil
		s.SetupIntent = Optional(d.openSetup(s, cause).ID)
	} else {
		d.price(s, o)
	}
	d.state.Sessions.Add(id, s)
	return s
}

func (d *Sessions) price(s *Session, o Order) {
	total := o.Total()
	subtotal := total
	s.AmountSubtotal, s.AmountTotal, s.Currency = &subtotal, &total, Optional(o.Currency)
	s.PaymentMethodCollection = "if_required"
	if s.Customer == "" && s.CustomerCreation == "" {
		s.CustomerCreation = "if_required"
	}
	if total == 0 {
		s.PaymentStatus = NoPaymentRequired
	}
	for _, item := range o.Items {
		amount := item.UnitAmount * item.Quantity
		s.LineItems = append(s.LineItems, LineItem{
			ID: NewID("li_"), Object: "item", AmountSubtotal: amount, AmountTotal: amount,
			Currency: o.Currency, Description: item.Name, Quantity: item.Quantity,
			Price: Price{
				ID: NewID("price_"), Object: "price", BillingScheme: "per_unit", Created: s.Created,
				Currency: o.Currency, Metadata: map[string]string{}, Product: NewID("prod_"), TaxBehavior: "unspecified",
				Type: "one_time", UnitAmount: item.UnitAmount, UnitAmountDecimal: strconv.FormatInt(item.UnitAmount, 10),
			},
		})
	}
}

// details is null while the customer is unknown.
func (d *Sessions) details(customerID, email string) *CustomerDetails {
	details := &CustomerDetails{Email: Optional(email), TaxExempt: "none", TaxIDs: []Null{}}
	if customer := d.state.Customers.Get(customerID); customer != nil {
		details.Email, details.Name = customer.Email, customer.Name
	} else if email == "" {
		return nil
	}
	return details
}

func (d *Sessions) emit(kind string, about any, livemode bool, cause *EventRequest) {
	d.events.Emit(Emission{Type: kind, Object: about, Livemode: livemode, Request: cause})
}

func notNil(metadata map[string]string) map[string]string {
	if metadata == nil {
		return map[string]string{}
	}
	return metadata
}
