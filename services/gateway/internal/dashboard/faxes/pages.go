// Package faxes has the pages about faxes: sending one with or without a preview, its progress, and the actions on it.
package faxes

import (
	"embed"
	"log/slog"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/documents"
)

//go:embed templates
var templates embed.FS

const newFaxPath = "/dashboard/faxes/new"

// Pages are the pages.
type Pages struct {
	services  bus.Caller
	documents *documents.Store
	previews  *PreviewStore
	log       *slog.Logger
}

// New adds the pages' templates to a site.
func New(site *ui.Site, store *documents.Store, kept *PreviewStore) *Pages {
	site.AddPages(templates)
	return &Pages{services: site.Services, documents: store, previews: kept, log: site.Log}
}

// Register adds the routes.
func (p *Pages) Register(r *ui.Router) {
	r.Get(ui.FaxesPath, p.list)
	r.Upload(ui.FaxesPath, p.send)
	r.Get(newFaxPath, p.sendForm)
	r.Get("/dashboard/first-fax", p.firstFax)
	r.Get("/dashboard/faxes/:id", p.fax)
	r.Get("/dashboard/faxes/:id/pages/:page", p.pageImage)
	r.Post("/dashboard/faxes/:id/cancel", p.cancel)
	r.Post("/dashboard/faxes/:id/resend", p.resend)
	r.Post("/dashboard/faxes/:id/delete", p.delete)
	r.Get("/dashboard/previews/:id/pages/:page", p.previewImage)
	r.Post("/dashboard/previews/:id/send", p.sendPreviewed)
	r.Post("/dashboard/previews/:id/change", p.changePreviewed)
}
