package dashboard

import (
	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/web"
)

// The paths of the dashboard that are named elsewhere, too.
const (
	homePath     = "/dashboard"
	activatePath = "/dashboard/activate"
	signInPath   = "/dashboard/sign-in"
	faxesPath    = "/dashboard/faxes"
	keysPath     = "/dashboard/keys"
	billingPath  = "/dashboard/billing"
	settingsPath = "/dashboard/settings"
)

// Register adds the routes.
func (d *Dashboard) Register(engine *gin.Engine) {
	engine.GET("/dashboard/style.css", web.Style)
	engine.GET("/dashboard/script.js", web.Script)
	engine.GET("/dashboard/icon.svg", web.Icon)

	r := engine.Group("", web.Headers(d.cfg.CheckoutOrigins...), noStore)
	r.GET(signInPath, d.signInForm)
	r.POST(signInPath, d.tried, d.form, d.startSignIn)
	r.POST("/dashboard/sign-in/code", d.tried, d.form, d.verifySignIn)
	r.GET("/dashboard/register", d.registerForm)
	r.POST("/dashboard/register", d.registering, d.form, d.startRegistration)
	r.POST("/dashboard/register/code", d.tried, d.form, d.verifyRegistration)
	r.POST("/dashboard/sign-out", d.form, d.signOut)

	for path, page := range map[string]handler{
		homePath: d.home, activatePath: d.activate, "/dashboard/news": d.news, "/dashboard/first-fax": d.firstFax,
		faxesPath: d.faxes, "/dashboard/faxes/new": d.sendForm, "/dashboard/faxes/:id": d.fax,
		"/dashboard/faxes/:id/pages/:page": d.faxPicture, "/dashboard/previews/:id/pages/:page": d.previewPicture,
		keysPath: d.keys, "/dashboard/keys/:id": d.key, "/dashboard/environments/:id": d.environment,
		billingPath: d.billing, "/dashboard/payments": d.payments, "/dashboard/transactions": d.transactions,
		"/dashboard/statement": d.statement, settingsPath: d.settings,
	} {
		r.GET(path, d.person(page))
	}
	for path, act := range map[string]handler{
		"/dashboard/checkout": d.checkout, "/dashboard/top-ups": d.topUp, "/dashboard/auto-top-up": d.autoTopUp,
		"/dashboard/card": d.saveCard, "/dashboard/card/remove": d.removeCard,
		keysPath: d.mintKey, "/dashboard/keys/:id/rotate": d.rotateKey, "/dashboard/keys/:id/revoke": d.revokeKey,
		"/dashboard/environments": d.createEnvironment, "/dashboard/environments/:id": d.renameEnvironment,
		"/dashboard/faxes/:id/cancel": d.cancelFax, "/dashboard/faxes/:id/resend": d.resendFax, "/dashboard/faxes/:id/delete": d.deleteFax,
		"/dashboard/previews/:id/send": d.sendPreviewed, "/dashboard/previews/:id/change": d.changePreviewed,
		"/dashboard/fax-settings": d.saveFaxSettings, settingsPath: d.saveSettings, "/dashboard/sign-out/everywhere": d.signOutEverywhere,
	} {
		r.POST(path, d.form, d.person(d.ours(act)))
	}
	r.POST(faxesPath, d.person(d.send)) // a form with files, which looks at its token itself
}
