// Package keys is the pages about environments and their API keys.
package keys

import (
	"embed"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/shared/bus"
)

//go:embed templates
var templates embed.FS

// Pages are the pages.
type Pages struct {
	services bus.Caller
}

// New adds the pages' templates to a site.
func New(site *ui.Site) *Pages {
	site.AddPages(templates)
	return &Pages{services: site.Services}
}

// Register adds the routes.
func (p *Pages) Register(r *ui.Router) {
	r.Get(ui.KeysPath, p.keys)
	r.Post(ui.KeysPath, p.createKey)
	r.Get("/dashboard/keys/:id", p.key)
	r.Post("/dashboard/keys/:id/rotate", p.rotateKey)
	r.Post("/dashboard/keys/:id/revoke", p.revokeKey)
	r.Post("/dashboard/environments", p.createEnvironment)
	r.Get("/dashboard/environments/:id", p.environment)
	r.Post("/dashboard/environments/:id", p.renameEnvironment)
}
