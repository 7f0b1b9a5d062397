package httpapi

import (
	"net/http"
	"strings"
)

// access says which key a route wants.
type access int

const (
	open           access = iota // no key: registration, callbacks, people's pages
	environmentKey               // mfx_test_ or mfx_live_; a live one only once the account is activated
	accountKey                   // mfx_acct_
)

// limits of request bodies, in bytes
const (
	noBody       = 0
	jsonBody     = 64 << 10
	faxBody      = maxFileBytes + 1<<20 // the files, and room for the other fields
	stripeMax    = 256 << 10
	callbackMax  = 32 << 20 // Sinch sends the document along
	callbackPart = 256 << 10
)

// route is one line of the public API. What a request must pass before its handler follows from it.
type route struct {
	method string
	path   string // in gin's form
	access access
	body   int64
	handle handler
}

// needsRedis reports whether an idempotency key is kept nowhere but in Redis. Faxes are sent again only after fax-dispatch
// has looked for the key, and to cancel twice is to cancel once.
func (r route) needsRedis() bool {
	return !strings.HasSuffix(r.path, "/resend") && !strings.HasSuffix(r.path, "/cancel")
}

// routes is the whole API. internal/docs/openapi.yaml describes the same routes; a test compares them.
func (a *API) routes() []route {
	return []route{
		{http.MethodPost, "/v1/account/register", open, jsonBody, a.register},
		{http.MethodPost, "/v1/account/register/verify", open, jsonBody, a.verifyRegistration},

		{http.MethodGet, "/v1/account", accountKey, noBody, a.getAccount},
		{http.MethodDelete, "/v1/account/card", accountKey, noBody, a.removeCard},
		{http.MethodGet, "/v1/account/balance", accountKey, noBody, a.getAccountBalance},
		{http.MethodGet, "/v1/account/transactions", accountKey, noBody, a.listAccountTransactions},
		{http.MethodGet, "/v1/account/settings", accountKey, noBody, a.getSettings},
		{http.MethodPut, "/v1/account/settings", accountKey, jsonBody, a.putSettings},
		{http.MethodGet, "/v1/account/environments", accountKey, noBody, a.listEnvironments},
		{http.MethodPost, "/v1/account/environments", accountKey, jsonBody, a.createEnvironment},
		{http.MethodGet, "/v1/account/environments/:id", accountKey, noBody, a.getAccountEnvironment},
		{http.MethodPatch, "/v1/account/environments/:id", accountKey, jsonBody, a.renameEnvironment},
		{http.MethodGet, "/v1/account/keys", accountKey, noBody, a.listKeys},
		{http.MethodPost, "/v1/account/keys", accountKey, jsonBody, a.createKey},
		{http.MethodDelete, "/v1/account/keys/:id", accountKey, noBody, a.revokeKey},
		{http.MethodPost, "/v1/account/keys/:id/rotate", accountKey, jsonBody, a.rotateKey},
		{http.MethodGet, "/v1/account/credit-packages", accountKey, noBody, a.listPackages},
		{http.MethodPost, "/v1/account/checkout-sessions", accountKey, jsonBody, a.createCheckout},
		{http.MethodPost, "/v1/account/setup-sessions", accountKey, jsonBody, a.createSetup},
		{http.MethodPost, "/v1/account/top-ups", accountKey, jsonBody, a.createTopUp},
		{http.MethodGet, "/v1/account/auto-top-up", accountKey, noBody, a.getAutoTopUp},
		{http.MethodPut, "/v1/account/auto-top-up", accountKey, jsonBody, a.putAutoTopUp},
		{http.MethodGet, "/v1/account/payments", accountKey, noBody, a.listPayments},
		{http.MethodGet, "/v1/account/statement", accountKey, noBody, a.getStatement},

		{http.MethodGet, "/v1/environment", environmentKey, noBody, a.getEnvironment},
		{http.MethodGet, "/v1/environment/balance", environmentKey, noBody, a.getEnvironmentBalance},
		{http.MethodGet, "/v1/environment/transactions", environmentKey, noBody, a.listEnvironmentTransactions},
		{http.MethodPost, "/v1/faxes", environmentKey, faxBody, a.sendFax},
		{http.MethodGet, "/v1/faxes", environmentKey, noBody, a.listFaxes},
		{http.MethodPost, "/v1/faxes/quote", environmentKey, faxBody, a.quoteFax},
		{http.MethodGet, "/v1/faxes/:id", environmentKey, noBody, a.getFax},
		{http.MethodDelete, "/v1/faxes/:id", environmentKey, noBody, a.deleteFax},
		{http.MethodPost, "/v1/faxes/:id/resend", environmentKey, jsonBody, a.resendFax},
		{http.MethodPost, "/v1/faxes/:id/cancel", environmentKey, noBody, a.cancelFax},
		{http.MethodGet, "/v1/faxes/:id/image", environmentKey, noBody, a.getFaxImage},
		{http.MethodGet, "/v1/faxes/:id/pages/:page", environmentKey, noBody, a.getFaxPage},

		{http.MethodPost, "/stripe/webhook", open, stripeMax, a.receiveStripe},
		{http.MethodPost, "/carriers/:carrier/webhook", open, callbackMax, a.receiveCarrier},
		{http.MethodGet, "/checkout/return", open, noBody, a.returnFromCheckout},
	}
}
