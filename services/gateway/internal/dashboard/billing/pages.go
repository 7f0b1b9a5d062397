// Package billing has the pages about money: activation, checkout, the saved card, top-ups, payments and the ledger.
package billing

import (
	"embed"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/services/gateway/internal/statement"
	"github.com/mintfax/mintfax/shared/bus"
)

//go:embed templates
var templates embed.FS

const (
	paymentsPath     = "/dashboard/payments"
	transactionsPath = "/dashboard/transactions"
)

// Pages are the pages.
type Pages struct {
	services   bus.Caller
	statements *statement.Exporter
	responder  *edge.Responder
}

// New adds the pages' templates to a site.
func New(site *ui.Site, statements *statement.Exporter, responder *edge.Responder) *Pages {
	site.AddPages(templates)
	return &Pages{services: site.Services, statements: statements, responder: responder}
}

// Register adds the routes.
func (p *Pages) Register(r *ui.Router) {
	r.Get(ui.ActivatePath, p.activate)
	r.Post("/dashboard/checkout", p.checkout)
	r.Get(ui.BillingPath, p.billing)
	r.Post("/dashboard/top-ups", p.topUp)
	r.Post("/dashboard/auto-top-up", p.autoTopUp)
	r.Post("/dashboard/card", p.saveCard)
	r.Post("/dashboard/card/remove", p.removeCard)
	r.Get(paymentsPath, p.payments)
	r.Get(transactionsPath, p.transactions)
	r.Get("/dashboard/statement", p.statement)
}
