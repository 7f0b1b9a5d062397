package dashboard_test

import (
	"context"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard"
	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/services/gateway/internal/sse"
	"github.com/mintfax/mintfax/services/gateway/internal/statement"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
)

const stripeOrigin = "https://checkout.stripe.example"

// world is a dashboard whose services answer from these fields.
type world struct {
	account  contract.Account
	outcome  contract.CheckoutOutcome
	err      error // of FulfilCheckout
	balances []contract.Balance
	card     *contract.Card
	packages []contract.CreditPackage
	asked    []contract.CreateCheckoutRequest
	codes    map[string]string        // by e-mail
	askers   []contract.Asker         // of codes
	proofs   []contract.VerifyRequest // answers to codes
	limited  bool
	hub      *sse.Hub

	sandbox, live       contract.Environment
	automatic           contract.AutoTopUp
	overview            contract.FaxOverview
	sent                contract.Fax
	from                contract.Tenant // of sent
	preview             contract.FaxPreview
	submitErr, topUpErr error
	documents           *documents.Store
	did                 []any // what was asked for beyond reading the account
	services            *bustest.Services
	log                 strings.Builder
	server              *httptest.Server
}

func newWorld(t *testing.T, change func(*dashboard.Config)) *world {
	t.Helper()
	w := &world{
		account: contract.Account{ID: "acct_1", Name: "Ada <b>& Sons</b>", Email: "ada@example.com", CreatedAt: time.Now()},
		balances: []contract.Balance{
			{BalanceType: contract.Live, Available: 1500, Held: 12, Currency: "USD"},
			{BalanceType: contract.Sandbox, Available: 10000, Currency: "USD"},
		},
		packages: []contract.CreditPackage{
			{ID: "starter", Name: "Starter", Price: 1000, Credits: 1000, Currency: "USD"},
			{ID: "scale", Name: "Scale", Price: 15000, Credits: 25000, Currency: "USD"},
		},
		codes: map[string]string{},
	}
	w.hub = sse.NewHub()
	w.sandbox = contract.Environment{ID: "env_s", AccountID: "acct_1", Name: "Practice", Type: contract.Sandbox}
	w.live = contract.Environment{ID: "env_l", AccountID: "acct_1", Name: "Clinic", Type: contract.Live}
	w.from = contract.Tenant{AccountID: "acct_1", EnvironmentID: "env_s", EnvironmentType: contract.Sandbox}
	busy, to := "busy", "+15005550002"
	w.sent = contract.Fax{
		ID: "fax_1", To: &to, Status: contract.FaxStatusFailed, ErrorCode: &busy, Pages: 1, HoldAmount: 6, MaxAttempts: 3,
		Attempts: []contract.FaxAttempt{{AttemptNumber: 1, StartedAt: time.Now(), ErrorCode: &busy}}, Tags: map[string]string{"<case>": "<7>"},
	}
	w.services = w.answers()
	w.documents = stagingStore(t)
	cfg := dashboard.Config{
		PublicURL: "http://fax.example", CheckoutOrigins: []string{stripeOrigin}, Services: w.services,
		Redis: redisClient(t), Log: slog.New(slog.NewTextHandler(&w.log, nil)),
		Limits: w, Hub: w.hub, Documents: w.documents,
		Statements: statement.NewExporter(w.services), Responder: &edge.Responder{Log: slog.New(slog.DiscardHandler)},
	}
	if change != nil {
		change(&cfg)
	}
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	dashboard.New(cfg).Register(router)
	w.server = httptest.NewServer(router)
	t.Cleanup(w.server.Close)
	return w
}

func (w *world) environment(_ context.Context, r contract.OwnedRequest) (contract.Environment, error) {
	for _, e := range []contract.Environment{w.sandbox, w.live} {
		if r.ID == e.ID && r.AccountID == e.AccountID {
			return e, nil
		}
	}
	return contract.Environment{}, apierror.New(apierror.NotFound)
}

func (w *world) LimitSignIn(*gin.Context) error {
	if w.limited {
		return apierror.New(apierror.RateLimitExceeded).With("retry_after", 7)
	}
	return nil
}

func (w *world) LimitRegistration(c *gin.Context) error { return w.LimitSignIn(c) }

func (w *world) LimitUser(c *gin.Context, _ string) error { return w.LimitSignIn(c) }

func (w *world) ChargeAddress(c *gin.Context) error { return w.LimitSignIn(c) }

func stagingStore(t *testing.T) *documents.Store {
	t.Helper()
	store, err := documents.Open(t.Context(), "file://"+t.TempDir(), []byte(strings.Repeat("k", 32)))
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	return store
}

func (w *world) answers() *bustest.Services {
	services := &bustest.Services{}
	bustest.Answer(services, contract.StartSignIn, func(_ context.Context, r contract.StartSignInRequest) (contract.CodeSent, error) {
		if !strings.Contains(r.Email, "@") {
			return contract.CodeSent{}, apierror.Field("email", "no")
		}
		w.codes[r.Email] = "123456"
		w.askers = append(w.askers, r.Asker)
		return contract.CodeSent{Reference: "KMQX"}, nil
	})
	bustest.Answer(services, contract.VerifySignIn, func(_ context.Context, r contract.VerifyRequest) (contract.SignedIn, error) {
		w.proofs = append(w.proofs, r)
		if r.Code == "" || w.codes[r.Email] != r.Code {
			return contract.SignedIn{}, apierror.New(apierror.CodeInvalid)
		}
		return contract.SignedIn{AccountID: "acct_1"}, nil
	})
	bustest.Answer(services, contract.GetAccount, func(_ context.Context, r contract.GetAccountRequest) (contract.Account, error) {
		if r.AccountID != w.account.ID {
			return contract.Account{}, apierror.New(apierror.NotFound)
		}
		return w.account, nil
	})
	bustest.Answer(services, contract.GetBalances, func(context.Context, contract.GetAccountRequest) (contract.Balances, error) {
		return contract.Balances{Data: w.balances}, nil
	})
	bustest.Answer(services, contract.GetCard, func(context.Context, contract.GetAccountRequest) (contract.CardOnFile, error) {
		return contract.CardOnFile{Card: w.card}, nil
	})
	bustest.Answer(services, contract.ListPackages, func(context.Context, contract.None) (contract.List[contract.CreditPackage], error) {
		return contract.List[contract.CreditPackage]{Data: w.packages}, nil
	})
	bustest.Answer(services, contract.CreateCheckout, func(_ context.Context, r contract.CreateCheckoutRequest) (contract.HostedSession, error) {
		if r.PackageID != "starter" && r.PackageID != "scale" {
			return contract.HostedSession{}, apierror.Field("package_id", "There is no such package.")
		}
		w.asked = append(w.asked, r)
		return contract.HostedSession{ID: "cs_1", URL: stripeOrigin + "/pay/cs_1"}, nil
	})
	bustest.Answer(services, contract.GetAutoTopUp, func(context.Context, contract.GetAccountRequest) (contract.AutoTopUp, error) { return w.automatic, nil })
	bustest.Answer(services, contract.SetAutoTopUp, func(_ context.Context, r contract.SetAutoTopUpRequest) (contract.AutoTopUp, error) {
		w.did = append(w.did, r)
		return contract.AutoTopUp{}, nil
	})
	bustest.Answer(services, contract.GetSettings, func(context.Context, contract.GetAccountRequest) (contract.Settings, error) {
		return contract.Settings{}, nil
	})
	bustest.Answer(services, contract.SetLowBalance, func(_ context.Context, r contract.SetLowBalanceRequest) (contract.Settings, error) {
		w.did = append(w.did, r)
		return contract.Settings{}, nil
	})
	bustest.Answer(services, contract.RenameAccount, func(_ context.Context, r contract.RenameAccountRequest) (contract.Account, error) {
		w.did = append(w.did, r)
		return w.account, nil
	})
	bustest.Answer(services, contract.ListEnvironments, func(context.Context, contract.ListOwnedRequest) (contract.List[contract.Environment], error) {
		return contract.List[contract.Environment]{Data: []contract.Environment{w.live, w.sandbox}}, nil
	})
	bustest.Answer(services, contract.GetEnvironment, w.environment)
	bustest.Answer(services, contract.EnterEnvironment, func(ctx context.Context, r contract.OwnedRequest) (contract.Environment, error) {
		found, err := w.environment(ctx, r)
		if err == nil && found.Type == contract.Live && w.account.ActivatedAt == nil {
			err = apierror.New(apierror.AccountNotActivated)
		}
		return found, err
	})
	bustest.Answer(services, contract.CreateEnvironment, func(_ context.Context, r contract.CreateEnvironmentRequest) (contract.Environment, error) {
		w.did = append(w.did, r)
		return w.sandbox, nil
	})
	bustest.Answer(services, contract.RenameEnvironment, func(ctx context.Context, r contract.RenameEnvironmentRequest) (contract.Environment, error) {
		w.did = append(w.did, r)
		return w.environment(ctx, contract.OwnedRequest{AccountID: r.AccountID, ID: r.ID})
	})
	bustest.Answer(services, contract.ListKeys, func(context.Context, contract.ListOwnedRequest) (contract.List[contract.Key], error) {
		return contract.List[contract.Key]{Data: []contract.Key{{ID: "key_1", Name: "Laptop", Kind: contract.KindTest, EnvironmentID: &w.sandbox.ID, Last4: "abcd"}}}, nil
	})
	bustest.Answer(services, contract.CreateKey, func(_ context.Context, r contract.CreateKeyRequest) (contract.Key, error) {
		w.did = append(w.did, r)
		return contract.Key{ID: "key_2", Name: r.Name, Secret: "mfx_test_secret", Kind: contract.KindTest}, nil
	})
	bustest.Answer(services, contract.RotateKey, func(_ context.Context, r contract.RotateKeyRequest) (contract.Key, error) {
		w.did = append(w.did, r)
		return contract.Key{ID: "key_3", Secret: "mfx_test_rotated", Kind: contract.KindTest}, nil
	})
	bustest.Answer(services, contract.RevokeKey, func(_ context.Context, r contract.OwnedRequest) (contract.None, error) {
		w.did = append(w.did, r)
		return contract.None{}, nil
	})
	bustest.Answer(services, contract.CancelFax, func(_ context.Context, r contract.GetFaxRequest) (contract.Fax, error) {
		w.did = append(w.did, "cancel "+r.ID)
		return w.sent, nil
	})
	bustest.Answer(services, contract.DeleteFax, func(_ context.Context, r contract.GetFaxRequest) (contract.None, error) {
		w.did = append(w.did, "delete "+r.ID)
		return contract.None{}, nil
	})
	bustest.Answer(services, contract.PreviewFax, func(_ context.Context, r contract.SubmitFaxRequest) (contract.FaxPreview, error) {
		w.did = append(w.did, r)
		return w.preview, w.submitErr
	})
	bustest.Answer(services, contract.ResendFax, func(_ context.Context, r contract.ResendFaxRequest) (contract.SubmittedFax, error) {
		w.did = append(w.did, r)
		return contract.SubmittedFax{Fax: contract.FaxSubmission{ID: "fax_2"}}, nil
	})
	bustest.Answer(services, contract.GetFaxPages, func(context.Context, contract.GetFaxRequest) (contract.FaxPages, error) {
		return contract.FaxPages{}, apierror.New(apierror.DocumentGone)
	})
	bustest.Answer(services, contract.GetFaxSettings, func(context.Context, contract.GetAccountRequest) (contract.FaxSettings, error) {
		return contract.FaxSettings{RetentionDays: 30}, nil
	})
	bustest.Answer(services, contract.SetFaxSettings, func(_ context.Context, r contract.SetFaxSettingsRequest) (contract.FaxSettings, error) {
		w.did = append(w.did, r)
		return contract.FaxSettings{RetentionDays: *r.RetentionDays, ZeroFootprint: *r.ZeroFootprint}, nil
	})
	bustest.Answer(services, contract.GetFaxOverview, func(context.Context, contract.FaxOverviewRequest) (contract.FaxOverview, error) {
		return w.overview, nil
	})
	bustest.Answer(services, contract.FindFax, func(_ context.Context, r contract.OwnedRequest) (contract.FoundFax, error) {
		if r.AccountID != w.account.ID || r.ID != w.sent.ID {
			return contract.FoundFax{}, apierror.New(apierror.NotFound)
		}
		return contract.FoundFax{Tenant: w.from, Fax: w.sent}, nil
	})
	bustest.Answer(services, contract.ListFaxes, func(_ context.Context, r contract.ListFaxesRequest) (contract.List[contract.Fax], error) {
		w.did = append(w.did, r)
		return contract.List[contract.Fax]{Data: []contract.Fax{w.sent}}, nil
	})
	bustest.Answer(services, contract.SubmitFax, func(_ context.Context, r contract.SubmitFaxRequest) (contract.SubmittedFax, error) {
		w.did = append(w.did, r)
		return contract.SubmittedFax{Fax: contract.FaxSubmission{ID: w.sent.ID}}, w.submitErr
	})
	bustest.Answer(services, contract.ListTransactions, func(_ context.Context, r contract.ListTransactionsRequest) (contract.List[contract.Transaction], error) {
		w.did = append(w.did, r)
		return contract.List[contract.Transaction]{Data: []contract.Transaction{
			{ID: "txn_2", Type: contract.TransactionCapture, Amount: -6, CreatedAt: time.Now()}, {ID: "txn_1", Type: contract.TransactionHold, Amount: -6, CreatedAt: time.Now()},
		}}, nil
	})
	bustest.Answer(services, contract.ListPayments, func(context.Context, contract.ListOwnedRequest) (contract.List[contract.Payment], error) {
		return contract.List[contract.Payment]{Data: []contract.Payment{{ID: "pay_1", Amount: 1000, AmountRefunded: 250, Credits: 1000, Currency: "USD", Status: contract.PaymentPartiallyRefunded}}}, nil
	})
	bustest.Answer(services, contract.CreateTopUp, func(_ context.Context, r contract.CreateTopUpRequest) (contract.Payment, error) {
		w.did = append(w.did, r)
		return contract.Payment{}, w.topUpErr
	})
	bustest.Answer(services, contract.CreateSetup, func(context.Context, contract.CreateSetupRequest) (contract.HostedSession, error) {
		return contract.HostedSession{URL: stripeOrigin + "/setup/cs_2"}, nil
	})
	bustest.Answer(services, contract.RemoveCard, func(_ context.Context, r contract.GetAccountRequest) (contract.None, error) {
		w.did = append(w.did, r)
		return contract.None{}, nil
	})
	bustest.Answer(services, contract.Register, func(_ context.Context, r contract.RegisterRequest) (contract.RegistrationCodeSent, error) {
		if r.Name == "" {
			return contract.RegistrationCodeSent{}, apierror.Field("name", "The name field is required.")
		}
		return contract.RegistrationCodeSent{}, nil
	})
	bustest.Answer(services, contract.VerifyRegistration, func(_ context.Context, r contract.VerifyRequest) (contract.Registered, error) {
		if r.Code != "123456" {
			return contract.Registered{}, apierror.New(apierror.CodeInvalid)
		}
		return contract.Registered{Account: w.account, APIKey: "mfx_test_first", AccountKey: "mfx_acct_first"}, nil
	})
	bustest.Answer(services, contract.FulfilCheckout, func(context.Context, contract.FulfilCheckoutRequest) (contract.CheckoutOutcome, error) {
		return w.outcome, w.err
	})
	return services
}

// visitor is a browser that shows redirects instead of following them.
type visitor struct {
	t    *testing.T
	site string
	http *http.Client
}

func (w *world) visitor(t *testing.T) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &visitor{t: t, site: w.server.URL, http: client}
}

type page struct {
	status int
	header http.Header
	body   string
}

func (v *visitor) get(path string) page {
	v.t.Helper()
	response, err := v.http.Get(v.site + path)
	require.NoError(v.t, err)
	return v.read(response)
}

func (v *visitor) post(path string, form url.Values) page {
	v.t.Helper()
	response, err := v.http.PostForm(v.site+path, form)
	require.NoError(v.t, err)
	return v.read(response)
}

func (v *visitor) read(response *http.Response) page {
	v.t.Helper()
	defer response.Body.Close()
	var body strings.Builder
	_, err := io.Copy(&body, response.Body)
	require.NoError(v.t, err)
	p := page{response.StatusCode, response.Header, body.String()}
	if p.status != http.StatusTooManyRequests {
		require.Equal(v.t, "no-store", p.header.Get("Cache-Control"))
		require.Equal(v.t, "nosniff", p.header.Get("X-Content-Type-Options"))
		require.Equal(v.t, "no-referrer", p.header.Get("Referrer-Policy"))
		require.Equal(v.t, "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self' "+stripeOrigin+
			"; base-uri 'none'; frame-ancestors 'none'", p.header.Get("Content-Security-Policy"))
	}
	return p
}

// field reads a hidden field of the page.
func (p page) field(t *testing.T, name string) string {
	t.Helper()
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(p.body)
	require.NotNil(t, found, "the page has a field %s:\n%s", name, p.body)
	return html.UnescapeString(found[1])
}

// link is what a pattern finds in the page.
func (p page) link(t *testing.T, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(p.body)
	require.NotNil(t, found, "the page has %s:\n%s", pattern, p.body)
	return found[1]
}

func (v *visitor) signIn() {
	v.t.Helper()
	form := v.get("/dashboard/sign-in")
	code := v.post("/dashboard/sign-in", url.Values{"csrf": {form.field(v.t, "csrf")}, "email": {"ada@example.com"}})
	done := v.post("/dashboard/sign-in/code", url.Values{
		"csrf": {code.field(v.t, "csrf")}, "email": {code.field(v.t, "email")}, "code": {"123456"},
	})
	require.Equal(v.t, http.StatusSeeOther, done.status)
}

func redisClient(t *testing.T) *redis.Client {
	t.Helper()
	address := os.Getenv("TEST_REDIS_URL")
	if address == "" {
		t.Fatal("TEST_REDIS_URL is not set: run the tests with `make test`, which starts the servers")
	}
	options, err := redis.ParseURL(address)
	require.NoError(t, err)
	client := redis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	return client
}
