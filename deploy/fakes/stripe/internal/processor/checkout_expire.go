package processor

// Expire ends an open session and cancels its intent.
func (d *Sessions) Expire(s *Session, cause *EventRequest) {
	if s.Status != SessionOpen {
		return
	}
	s.Status, s.URL = SessionExpired, ""
	if intent := d.state.PaymentIntents.Get(string(s.PaymentIntent)); intent != nil && intent.Status != Succeeded {
		now := d.now().Unix()
		intent.Status, intent.CanceledAt, intent.CancellationReason, intent.NextAction = Canceled, &now, "automatic", nil
		d.emit("payment_intent.canceled", intent, s.Livemode, cause)
	}
	if intent := d.state.SetupIntents.Get(string(s.SetupIntent)); intent != nil && intent.Status != Succeeded {
		intent.Status, intent.CancellationReason, intent.NextAction = Canceled, "abandoned", nil
		d.emit("setup_intent.canceled", intent, s.Livemode, cause)
	}
	d.emit("checkout.session.expired", s, s.Livemode, cause)
}

// ExpireDue expires the sessions whose time is over.
func (d *Sessions) ExpireDue() {
	now := d.now().Unix()
	due := d.state.Sessions.Newest(func(s *Session) bool {
		return s.Status == SessionOpen && s.ExpiresAt <= now
	})
	for _, s := range due {
		d.Expire(s, nil)
	}
}
