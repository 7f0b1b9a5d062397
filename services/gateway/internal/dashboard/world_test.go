package dashboard_test

import (
	"context"
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
	"github.com/mintfax/mintfax/services/gateway/internal/rpc"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
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
	codes    map[string]string // by e-mail
	limited  bool
	rpc      *rpc.Services
	log      strings.Builder
	server   *httptest.Server
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
	w.rpc = w.services()
	cfg := dashboard.Config{
		PublicURL: "http://fax.example", CheckoutOrigins: []string{stripeOrigin}, RPC: w.rpc,
		Redis: redisClient(t), Log: slog.New(slog.NewTextHandler(&w.log, nil)),
		Limit: func(c *gin.Context) bool {
			if w.limited {
				c.String(http.StatusTooManyRequests, "slow down")
			}
			return !w.limited
		},
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

func (w *world) services() *rpc.Services {
	return &rpc.Services{
		StartSignIn: func(_ context.Context, r contract.StartSignInRequest) (contract.None, error) {
			if !strings.Contains(r.Email, "@") {
				return contract.None{}, apierror.Field("email", "no")
			}
			w.codes[r.Email] = "123456"
			return contract.None{}, nil
		},
		VerifySignIn: func(_ context.Context, r contract.VerifyRequest) (contract.SignedIn, error) {
			if r.Code == "" || w.codes[r.Email] != r.Code {
				return contract.SignedIn{}, apierror.New(apierror.CodeInvalid)
			}
			return contract.SignedIn{AccountID: "acct_1"}, nil
		},
		GetAccount: func(_ context.Context, r contract.GetAccountRequest) (contract.Account, error) {
			if r.AccountID != w.account.ID {
				return contract.Account{}, apierror.New(apierror.NotFound)
			}
			return w.account, nil
		},
		GetBalances: func(context.Context, contract.GetAccountRequest) (contract.Balances, error) {
			return contract.Balances{Data: w.balances}, nil
		},
		GetCard: func(context.Context, contract.GetAccountRequest) (contract.CardOnFile, error) {
			return contract.CardOnFile{Card: w.card}, nil
		},
		ListPackages: func(context.Context, contract.None) (contract.List[contract.CreditPackage], error) {
			return contract.List[contract.CreditPackage]{Data: w.packages}, nil
		},
		CreateCheckout: func(_ context.Context, r contract.CreateCheckoutRequest) (contract.HostedSession, error) {
			if r.PackageID != "starter" && r.PackageID != "scale" {
				return contract.HostedSession{}, apierror.Field("package_id", "There is no such package.")
			}
			w.asked = append(w.asked, r)
			return contract.HostedSession{ID: "cs_1", URL: stripeOrigin + "/pay/cs_1"}, nil
		},
		FulfilCheckout: func(context.Context, contract.FulfilCheckoutRequest) (contract.CheckoutOutcome, error) {
			return w.outcome, w.err
		},
	}
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
		require.Equal(v.t, "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' "+stripeOrigin+
			"; base-uri 'none'; frame-ancestors 'none'", p.header.Get("Content-Security-Policy"))
	}
	return p
}

// field reads a hidden field of the page.
func (p page) field(t *testing.T, name string) string {
	t.Helper()
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(p.body)
	require.NotNil(t, found, "the page has a field %s:\n%s", name, p.body)
	return strings.ReplaceAll(found[1], "&amp;", "&")
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
