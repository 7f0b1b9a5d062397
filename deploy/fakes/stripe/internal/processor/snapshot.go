package processor

// Snapshot is all objects, in a form that can be written down. Each list is in the order of making.
type Snapshot struct {
	Customers      []*Customer      `json:"customers"`
	Sessions       []savedSession   `json:"sessions"`
	PaymentIntents []*PaymentIntent `json:"payment_intents"`
	SetupIntents   []*SetupIntent   `json:"setup_intents"`
	PaymentMethods []*PaymentMethod `json:"payment_methods"`
	Charges        []*Charge        `json:"charges"`
	Refunds        []*Refund        `json:"refunds"`
	Disputes       []*Dispute       `json:"disputes"`
}

// savedSession also has what a session does not show.
type savedSession struct {
	Shown     *Session   `json:"shown"`
	LineItems []LineItem `json:"line_items"`
	Intent    IntentData `json:"intent"`
}

// Snapshot returns all objects. They are not copied: keep the lock until it is written.
func (s *State) Snapshot() Snapshot {
	snapshot := Snapshot{
		Customers: s.Customers.order, PaymentIntents: s.PaymentIntents.order, SetupIntents: s.SetupIntents.order,
		PaymentMethods: s.PaymentMethods.order, Charges: s.Charges.order,
		Refunds: s.Refunds.order, Disputes: s.Disputes.order,
	}
	for _, session := range s.Sessions.order {
		snapshot.Sessions = append(snapshot.Sessions, savedSession{Shown: session, LineItems: session.LineItems, Intent: session.Intent})
	}
	return snapshot
}

// Restore adds what a snapshot has.
func (s *State) Restore(snapshot Snapshot) {
	for _, c := range snapshot.Customers {
		s.Customers.Add(c.ID, c)
	}
	for _, saved := range snapshot.Sessions {
		session := saved.Shown
		session.LineItems, session.Intent = saved.LineItems, saved.Intent
		s.Sessions.Add(session.ID, session)
	}
	for _, p := range snapshot.PaymentIntents {
		s.PaymentIntents.Add(p.ID, p)
	}
	for _, i := range snapshot.SetupIntents {
		s.SetupIntents.Add(i.ID, i)
	}
	for _, m := range snapshot.PaymentMethods {
		s.PaymentMethods.Add(m.ID, m)
	}
	for _, c := range snapshot.Charges {
		s.Charges.Add(c.ID, c)
	}
	for _, r := range snapshot.Refunds {
		s.Refunds.Add(r.ID, r)
	}
	for _, d := range snapshot.Disputes {
		s.Disputes.Add(d.ID, d)
	}
}
