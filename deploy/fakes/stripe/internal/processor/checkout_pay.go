package processor

// Pay does what the page's form asks for: charge the card, or save it, or nothing more than
// agree when there is nothing to pay. A session that is not open stays as it is. After a refusal the
// customer may try again. A session that is open without one waits for the holder's answer to the bank.
func (d *Sessions) Pay(s *Session, entry CardEntry) *Error {
	if s.Status != SessionOpen {
		return nil
	}
	if s.Mode == ModePayment && s.Total() == 0 {
		d.complete(s, NoPaymentRequired)
		return nil
	}
	authorization, problem := Authorize(entry, d.now())
	if problem != nil {
		return problem
	}
	if s.Mode == ModeSetup {
		return d.save(s, authorization)
	}
	return d.charge(s, authorization)
}

func (d *Sessions) charge(s *Session, authorization Authorization) *Error {
	intent := d.intentOf(s)
	if authorization.RequiresAction {
		d.processor.RequireAction(intent)
		return nil
	}
	method := d.newMethod(s, authorization.Card)
	if authorization.Declined != nil {
		return d.processor.Decline(intent, method, authorization.Declined, nil)
	}
	d.attachCustomer(s)
	intent.Customer = s.Customer
	d.processor.Charge(intent, method, nil)
	if s.Intent.SetupFutureUsage != "" {
		d.attach(s, method)
	}
	d.processor.Succeed(intent, nil)
	d.complete(s, Paid)
	return nil
}

func (d *Sessions) save(s *Session, authorization Authorization) *Error {
	intent := d.state.SetupIntents.Get(string(s.SetupIntent))
	if intent == nil { // the session was forged into setup mode
		intent = d.openSetup(s, nil)
		s.SetupIntent = Optional(intent.ID)
	}
	if authorization.RequiresAction {
		intent.Status, intent.NextAction = RequiresAction, RedirectToBank()
		d.emit("setup_intent.requires_action", intent, s.Livemode, nil)
		return nil
	}
	intent.NextAction = nil
	method := d.newMethod(s, authorization.Card)
	if authorization.Declined != nil {
		declined := *authorization.Declined
		declined.PaymentMethod = *method
		intent.Status, intent.LastSetupError = RequiresPaymentMethod, &declined
		d.emit("setup_intent.setup_failed", intent, s.Livemode, nil)
		return authorization.Declined
	}
	d.attachCustomer(s)
	intent.Customer, intent.LastSetupError = s.Customer, nil
	intent.Status, intent.PaymentMethod = Succeeded, Optional(method.ID)
	d.attach(s, method)
	d.emit("setup_intent.succeeded", intent, s.Livemode, nil)
	d.complete(s, NoPaymentRequired)
	return nil
}

func (d *Sessions) complete(s *Session, paymentStatus string) {
	s.Status, s.PaymentStatus, s.URL = SessionComplete, paymentStatus, ""
	s.CustomerDetails = d.details(string(s.Customer), string(s.CustomerEmail))
	d.emit("checkout.session.completed", s, s.Livemode, nil)
}

// attachCustomer creates a customer for a guest, when the session asks for it or the card could not
// be saved otherwise.
func (d *Sessions) attachCustomer(s *Session) {
	if s.Customer != "" || (s.CustomerCreation != "always" && s.Intent.SetupFutureUsage == "") {
		return
	}
	customer := NewCustomer(d.now().Unix())
	customer.Email = s.CustomerEmail
	d.state.Customers.Add(customer.ID, customer)
	s.Customer = Optional(customer.ID)
	d.emit("customer.created", customer, s.Livemode, nil)
}

func (d *Sessions) attach(s *Session, method *PaymentMethod) {
	if s.Customer == "" {
		return
	}
	method.Customer = s.Customer
	d.emit("payment_method.attached", method, s.Livemode, nil)
}
