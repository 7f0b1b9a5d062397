package processor

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// contentPolicy says nothing of form-action, because browsers apply that to the redirect after the form.
const contentPolicy = "default-src 'none'; style-src 'self'; frame-ancestors 'none'"

// cardForm is the Checkout page of an open session.
type cardForm struct {
	Setup     bool
	Bank      bool // a bank account may be debited instead
	Free      bool // there is nothing to pay, so the form has no card
	Total     string
	Items     []LineItem
	Problem   string
	CancelURL string
	Cards     []TestCard
	Year      int // a good one to type
}

// bankForm is the 3-D Secure page. Its form repeats the card's fields.
type bankForm struct {
	Setup     bool
	Total     string
	Typed     map[string]string
	Confirmed string
	Refused   string
}

type messagePage struct{ Title, Text, Back string }

func (p *Pages) form(w http.ResponseWriter, status int, session Session, problem string) {
	p.render(w, status, "checkout", cardForm{
		Setup: session.Mode == ModeSetup, Free: session.Mode == ModePayment && session.Total() == 0,
		Bank:  session.Mode == ModePayment && session.Total() > 0 && slices.Contains(session.PaymentMethodTypes, BankAccount),
		Total: money(session.Total(), string(session.Currency)),
		Items: session.LineItems, Problem: problem, CancelURL: string(session.CancelURL), Cards: TestCards(),
		Year: p.now().Year() + 5,
	})
}

func (p *Pages) bank(w http.ResponseWriter, session Session, typed url.Values) {
	asked := bankForm{
		Setup: session.Mode == ModeSetup, Total: money(session.Total(), string(session.Currency)),
		Typed: map[string]string{}, Confirmed: AuthenticationConfirmed, Refused: AuthenticationRefused,
	}
	for _, field := range []string{"card_number", "exp_month", "exp_year", "cvc"} {
		asked.Typed[field] = typed.Get(field)
	}
	p.render(w, http.StatusOK, "bank", asked)
}

func (p *Pages) message(w http.ResponseWriter, status int, m messagePage) {
	p.render(w, status, "message", m)
}

func (p *Pages) render(w http.ResponseWriter, status int, name string, data any) {
	var page bytes.Buffer
	if err := p.templates.ExecuteTemplate(&page, name, data); err != nil {
		p.log.Error("page not shown", "page", name, "error", err)
		http.Error(w, "The page cannot be shown.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", contentPolicy)
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // a browser that has left misses nothing
}

// money shows cents, with the sign of a dollar or else the currency.
func money(cents int64, currency string) string {
	amount := fmt.Sprintf("%d.%02d", cents/100, cents%100)
	if currency == "usd" {
		return "$" + amount
	}
	return amount + " " + strings.ToUpper(currency)
}
