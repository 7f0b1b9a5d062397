package httpapi

import (
	"net/http"
	"strings"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/services/gateway/internal/media"
)

// Limits of request bodies, in bytes.
const (
	noBody       = 0
	jsonBody     = 64 << 10
	faxBody      = media.MaxFormBytes
	stripeMax    = 256 << 10
	callbackMax  = 32 << 20 // Sinch sends the document along
	callbackPart = 256 << 10
)

// route is one route of the public API. It determines what a request must pass before its handler.
type route struct {
	method string
	path   string // in gin's form
	access admission.Access
	body   int64
	handle handler
}

// needsRedis reports whether an idempotency key is kept in Redis alone. Before a resend, fax-dispatch looks for the key
// itself; to cancel twice is to cancel once.
func (r route) needsRedis() bool {
	return !strings.HasSuffix(r.path, "/resend") && !strings.HasSuffix(r.path, "/cancel")
}

// routes is the whole API. internal/docs/openapi.yaml describes the same routes; a test compares them.
func (a *API) routes() []route {
	return []route{
		{http.MethodPost, "/v1/account/register", admission.Register, jsonBody, a.register},
		{http.MethodPost, "/v1/account/register/verify", admission.RegisterCode, jsonBody, a.verifyRegistration},

		{http.MethodGet, "/v1/account", admission.AccountKey, noBody, a.getAccount},
		{http.MethodDelete, "/v1/account/card", admission.AccountKey, noBody, a.removeCard},
		{http.MethodGet, "/v1/account/balance", admission.AccountKey, noBody, a.getAccountBalance},
		{http.MethodGet, "/v1/account/transactions", admission.AccountKey, noBody, a.listAccountTransactions},
		{http.MethodGet, "/v1/account/settings", admission.AccountKey, noBody, a.getSettings},
		{http.MethodPut, "/v1/account/settings", admission.AccountKey, jsonBody, a.putSettings},
		{http.MethodGet, "/v1/account/environments", admission.AccountKey, noBody, a.listEnvironments},
		{http.MethodPost, "/v1/account/environments", admission.AccountKey, jsonBody, a.createEnvironment},
		{http.MethodGet, "/v1/account/environments/:id", admission.AccountKey, noBody, a.getAccountEnvironment},
		{http.MethodPatch, "/v1/account/environments/:id", admission.AccountKey, jsonBody, a.renameEnvironment},
		{http.MethodGet, "/v1/account/keys", admission.AccountKey, noBody, a.listKeys},
		{http.MethodPost, "/v1/account/keys", admission.AccountKey, jsonBody, a.createKey},
		{http.MethodDelete, "/v1/account/keys/:id", admission.AccountKey, noBody, a.revokeKey},
		{http.MethodPost, "/v1/account/keys/:id/rotate", admission.AccountKey, jsonBody, a.rotateKey},
		{http.MethodGet, "/v1/account/credit-packages", admission.AccountKey, noBody, a.listPackages},
		{http.MethodPost, "/v1/account/checkout-sessions", admission.AccountKey, jsonBody, a.createCheckout},
		{http.MethodPost, "/v1/account/setup-sessions", admission.AccountKey, jsonBody, a.createSetup},
		{http.MethodPost, "/v1/account/top-ups", admission.AccountKey, jsonBody, a.createTopUp},
		{http.MethodGet, "/v1/account/auto-top-up", admission.AccountKey, noBody, a.getAutoTopUp},
		{http.MethodPut, "/v1/account/auto-top-up", admission.AccountKey, jsonBody, a.putAutoTopUp},
		{http.MethodGet, "/v1/account/payments", admission.AccountKey, noBody, a.listPayments},
		{http.MethodGet, "/v1/account/statement", admission.AccountKey, noBody, a.getStatement},

		{http.MethodGet, "/v1/environment", admission.EnvironmentKey, noBody, a.getEnvironment},
		{http.MethodGet, "/v1/environment/balance", admission.EnvironmentKey, noBody, a.getEnvironmentBalance},
		{http.MethodGet, "/v1/environment/transactions", admission.EnvironmentKey, noBody, a.listEnvironmentTransactions},
		{http.MethodPost, "/v1/faxes", admission.EnvironmentKey, faxBody, a.sendFax},
		{http.MethodGet, "/v1/faxes", admission.EnvironmentKey, noBody, a.listFaxes},
		{http.MethodPost, "/v1/faxes/quote", admission.EnvironmentKey, faxBody, a.quoteFax},
		{http.MethodGet, "/v1/faxes/:id", admission.EnvironmentKey, noBody, a.getFax},
		{http.MethodDelete, "/v1/faxes/:id", admission.EnvironmentKey, noBody, a.deleteFax},
		{http.MethodPost, "/v1/faxes/:id/resend", admission.EnvironmentKey, jsonBody, a.resendFax},
		{http.MethodPost, "/v1/faxes/:id/cancel", admission.EnvironmentKey, noBody, a.cancelFax},
		{http.MethodGet, "/v1/faxes/:id/image", admission.EnvironmentKey, noBody, a.getFaxImage},
		{http.MethodGet, "/v1/faxes/:id/pages/:page", admission.EnvironmentKey, noBody, a.getFaxPage},

		{http.MethodPost, "/stripe/webhook", admission.Callback, stripeMax, a.receiveStripe},
		{http.MethodPost, "/carriers/:carrier/webhook", admission.Callback, callbackMax, a.receiveCarrier},
		{http.MethodGet, "/checkout/return", admission.BrowserPage, noBody, a.returnFromCheckout},
	}
}
