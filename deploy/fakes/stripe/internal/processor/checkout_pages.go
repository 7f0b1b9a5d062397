package processor

import (
	"embed"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"
)

//go:embed static templates
var assets embed.FS

const maxForm = 64 << 10 // bytes

// Pages serves the hosted Checkout pages and receipts.
type Pages struct {
	state     *State
	sessions  *Sessions
	now       func() time.Time
	log       *slog.Logger
	templates *template.Template
}

// NewPages returns the pages of the sessions.
func NewPages(st *State, desk *Sessions, now func() time.Time, log *slog.Logger) *Pages {
	templates := template.Must(template.New("").Funcs(template.FuncMap{"money": money}).ParseFS(assets, "templates/*.html"))
	return &Pages{state: st, sessions: desk, now: now, log: log, templates: templates}
}

// Register adds the pages to mux.
func (p *Pages) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /c/pay/{id}", p.show)
	mux.HandleFunc("POST /c/pay/{id}", p.pay)
	mux.HandleFunc("GET /receipts/{id}", p.receipt)
	mux.Handle("GET /static/", http.FileServerFS(assets))
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request) {
	session, ok := p.session(r.PathValue("id")) //nolint:contextcheck // its events are delivered after the page is
	if !ok || session.Status != SessionOpen {
		p.redirect(w, r, session, ok)
		return
	}
	p.form(w, http.StatusOK, session, "")
}

func (p *Pages) pay(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		status := http.StatusBadRequest
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			status = http.StatusRequestEntityTooLarge
		}
		p.message(w, status, messagePage{Title: "Form not understood", Text: "Send card_number, exp_month, exp_year and cvc, form-encoded."})
		return
	}
	session, ok, problem := p.submit(r.PathValue("id"), func(session *Session) *Error { //nolint:contextcheck // as above
		if r.PostForm.Get("method") == BankAccount && slices.Contains(session.PaymentMethodTypes, BankAccount) {
			p.sessions.PayByBank(session) // of two forms sent at once, the second finds nothing to do
			return nil
		}
		return p.sessions.Pay(session, CardEntry{
			Number: r.PostForm.Get("card_number"), ExpMonth: r.PostForm.Get("exp_month"),
			ExpYear: r.PostForm.Get("exp_year"), CVC: r.PostForm.Get("cvc"), Answer: r.PostForm.Get("answer"),
		})
	})
	if problem != nil {
		p.form(w, http.StatusPaymentRequired, session, problem.Message)
		return
	}
	if ok && session.Status == SessionOpen {
		p.bank(w, session, r.PostForm)
		return
	}
	p.redirect(w, r, session, ok)
}

// session returns a session as it is now.
func (p *Pages) session(id string) (Session, bool) {
	p.state.Lock()
	defer p.state.Unlock()
	p.sessions.ExpireDue()
	session := p.state.Sessions.Get(id)
	if session == nil {
		return Session{}, false
	}
	return *session, true
}

// submit pays a session and returns it as it is then. Of two forms sent at once, the second finds the
// session complete.
func (p *Pages) submit(id string, pay func(*Session) *Error) (Session, bool, *Error) {
	p.state.Lock()
	defer p.state.Unlock()
	p.sessions.ExpireDue()
	session := p.state.Sessions.Get(id)
	if session == nil {
		return Session{}, false, nil
	}
	problem := pay(session)
	return *session, true, problem
}

// redirect says where to go from a session that takes no card.
func (p *Pages) redirect(w http.ResponseWriter, r *http.Request, session Session, known bool) {
	switch {
	case !known:
		p.message(w, http.StatusNotFound, messagePage{Title: "No such page", Text: "There is no Checkout at this address."})
	case session.Status == SessionExpired:
		p.message(w, http.StatusGone, messagePage{
			Title: "This Checkout has expired", Text: "Nothing was charged.", Back: string(session.CancelURL),
		})
	default:
		http.Redirect(w, r, strings.ReplaceAll(string(session.SuccessURL), "{CHECKOUT_SESSION_ID}", session.ID), http.StatusSeeOther)
	}
}

func (p *Pages) receipt(w http.ResponseWriter, r *http.Request) {
	p.state.Lock()
	var shown Charge
	charge := p.state.Charges.Get(r.PathValue("id"))
	if charge != nil {
		shown = *charge
	}
	p.state.Unlock()
	if !shown.Paid {
		p.message(w, http.StatusNotFound, messagePage{Title: "No such receipt", Text: "There is no receipt at this address."})
		return
	}
	p.render(w, http.StatusOK, "receipt", shown)
}
