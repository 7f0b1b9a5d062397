package processor

// PayByBank completes a session with a debit of a bank account, which is not paid yet. It reports
// whether it could: a session that is not open, or that has nothing to pay, stays as it is.
func (d *Sessions) PayByBank(s *Session) bool {
	if s.Status != SessionOpen || s.Mode != ModePayment || s.Total() == 0 {
		return false
	}
	intent := d.intentOf(s)
	method := d.newAccount(s)
	d.attachCustomer(s)
	intent.Customer = s.Customer
	d.processor.StartProcessing(intent, method)
	if s.Intent.SetupFutureUsage != "" {
		d.attach(s, method)
	}
	d.complete(s, Unpaid)
	return true
}

// Settle says what became of a session that was completed without being paid. It reports whether there
// was anything to settle.
func (d *Sessions) Settle(s *Session, succeeded bool) bool {
	intent := d.state.PaymentIntents.Get(string(s.PaymentIntent))
	if intent == nil || intent.Status != Processing {
		return false
	}
	d.processor.Settle(intent, succeeded)
	if !succeeded {
		d.emit("checkout.session.async_payment_failed", s, s.Livemode, nil)
		return true
	}
	s.PaymentStatus = Paid
	d.emit("checkout.session.async_payment_succeeded", s, s.Livemode, nil)
	return true
}

func (d *Sessions) newAccount(s *Session) *PaymentMethod {
	method := &PaymentMethod{
		ID: NewID("pm_"), Object: "payment_method", BillingDetails: billing(s), Created: d.now().Unix(),
		Livemode: s.Livemode, Metadata: map[string]string{}, Type: BankAccount,
		USBankAccount: &USBankAccount{
			AccountHolderType: "individual", AccountType: "checking", BankName: "STRIPE TEST BANK",
			Fingerprint: "FFDMA0xfhBjWSZLu", Last4: "6789", RoutingNumber: "110000000",
		},
	}
	d.state.PaymentMethods.Add(method.ID, method)
	return method
}
