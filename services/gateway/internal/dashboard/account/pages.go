// Package account has the pages of a user and their account: registration, signing in and out, settings, environments
// and API keys.
package account

import (
	"embed"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/shared/bus"
)

//go:embed templates
var templates embed.FS

const registerPath = "/dashboard/register"

// Pages are the pages.
type Pages struct {
	site     *ui.Site
	services bus.Caller
}

// New adds the pages' templates to a site.
func New(site *ui.Site) *Pages {
	site.AddPages(templates)
	return &Pages{site: site, services: site.Services}
}

// Register adds the routes.
func (p *Pages) Register(r *ui.Router) {
	form := p.site.ParseForm
	r.Public.GET(ui.SignInPath, p.signInForm)
	r.Public.POST(ui.SignInPath, p.countSignIn, form, p.startSignIn)
	r.Public.POST("/dashboard/sign-in/code", p.countSignIn, form, p.verifySignIn)
	r.Public.GET(registerPath, p.registerForm)
	r.Public.POST(registerPath, p.countRegistration, form, p.startRegistration)
	r.Public.POST("/dashboard/register/code", p.countSignIn, form, p.verifyRegistration)
	r.Public.POST("/dashboard/sign-out", form, p.signOut)
	r.Post("/dashboard/sign-out/everywhere", p.signOutEverywhere)
	r.Get(ui.SettingsPath, p.settings)
	r.Post(ui.SettingsPath, p.saveSettings)
	r.Post("/dashboard/fax-settings", p.saveFaxSettings)
	r.Get(ui.KeysPath, p.keys)
	r.Post(ui.KeysPath, p.createKey)
	r.Get("/dashboard/keys/:id", p.key)
	r.Post("/dashboard/keys/:id/rotate", p.rotateKey)
	r.Post("/dashboard/keys/:id/revoke", p.revokeKey)
	r.Post("/dashboard/environments", p.createEnvironment)
	r.Get("/dashboard/environments/:id", p.environment)
	r.Post("/dashboard/environments/:id", p.renameEnvironment)
}
