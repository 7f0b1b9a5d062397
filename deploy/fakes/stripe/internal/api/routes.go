package api

// route is what an address does, and the kind of object it answers.
type route struct {
	do   handler
	kind string
}

func (s *Server) routes() map[string]route {
	return map[string]route{
		"POST /v1/customers":      {s.createCustomer, "customer"},
		"GET /v1/customers":       {s.listCustomers, ListOf("customer")},
		"GET /v1/customers/{id}":  {s.getCustomer, "customer"},
		"POST /v1/customers/{id}": {s.updateCustomer, "customer"},

		"GET /v1/customers/{customer}/payment_methods":      {s.listCustomersMethods, ListOf("payment_method")},
		"GET /v1/customers/{customer}/payment_methods/{id}": {s.getMethod, "payment_method"},
		"GET /v1/payment_methods":                           {s.listMethods, ListOf("payment_method")},
		"GET /v1/payment_methods/{id}":                      {s.getMethod, "payment_method"},
		"POST /v1/payment_methods/{id}/detach":              {s.detachMethod, "payment_method"},

		"POST /v1/checkout/sessions":                {s.createSession, "checkout.session"},
		"GET /v1/checkout/sessions":                 {s.listSessions, ListOf("checkout.session")},
		"GET /v1/checkout/sessions/{id}":            {s.getSession, "checkout.session"},
		"GET /v1/checkout/sessions/{id}/line_items": {s.listLineItems, ListOf("item")},
		"POST /v1/checkout/sessions/{id}/expire":    {s.expireSession, "checkout.session"},

		"POST /v1/payment_intents":     {s.createPaymentIntent, "payment_intent"},
		"GET /v1/payment_intents":      {s.listPaymentIntents, ListOf("payment_intent")},
		"GET /v1/payment_intents/{id}": {s.getPaymentIntent, "payment_intent"},
		"GET /v1/setup_intents/{id}":   {s.getSetupIntent, "setup_intent"},
		"GET /v1/charges":              {s.listCharges, ListOf("charge")},
		"GET /v1/charges/{id}":         {s.getCharge, "charge"},
		"POST /v1/refunds":             {s.createRefund, "refund"},
		"GET /v1/refunds":              {s.listRefunds, ListOf("refund")},
		"GET /v1/refunds/{id}":         {s.getRefund, "refund"},
		"GET /v1/disputes":             {s.listDisputes, ListOf("dispute")},
		"GET /v1/disputes/{id}":        {s.getDispute, "dispute"},
		"GET /v1/events":               {s.listEvents, ListOf("event")},
		"GET /v1/events/{id}":          {s.getEvent, "event"},
	}
}
