package dashboard_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard"
	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/services/gateway/internal/statement"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
)

const stripeOrigin = "https://checkout.stripe.example"

// fixture is a dashboard whose services answer from these fields.
type fixture struct {
	account    contract.Account
	outcome    contract.CheckoutOutcome
	err        error // of FulfilCheckout
	balances   []contract.Balance
	card       *contract.Card
	packages   []contract.CreditPackage
	asked      []contract.CreateCheckoutRequest
	codes      map[string]string        // by e-mail
	requesters []contract.Requester     // of codes
	proofs     []contract.VerifyRequest // answers to codes
	limited    bool
	hub        *dashboard.Hub

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

func newFixture(t *testing.T, change func(*dashboard.Config)) *fixture {
	t.Helper()
	f := &fixture{
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
	f.hub = dashboard.NewHub()
	f.sandbox = contract.Environment{ID: "env_s", AccountID: "acct_1", Name: "Practice", Type: contract.Sandbox}
	f.live = contract.Environment{ID: "env_l", AccountID: "acct_1", Name: "Clinic", Type: contract.Live}
	f.from = contract.Tenant{AccountID: "acct_1", EnvironmentID: "env_s", EnvironmentType: contract.Sandbox}
	busy, to := "busy", "+15005550002"
	f.sent = contract.Fax{
		ID: "fax_1", To: &to, Status: contract.FaxStatusFailed, ErrorCode: &busy, Pages: 1, HoldAmount: 6, MaxAttempts: 3,
		Attempts: []contract.FaxAttempt{{AttemptNumber: 1, StartedAt: time.Now(), ErrorCode: &busy}}, Tags: map[string]string{"<case>": "<7>"},
	}
	f.services = f.answers()
	f.documents = stagingStore(t)
	cfg := dashboard.Config{
		PublicURL: "http://fax.example", CheckoutOrigins: []string{stripeOrigin}, Services: f.services,
		Redis: redisClient(t), Log: slog.New(slog.NewTextHandler(&f.log, nil)),
		Limits: f, Hub: f.hub, Documents: f.documents,
		Statements: statement.NewExporter(f.services), Responder: &edge.Responder{Log: slog.New(slog.DiscardHandler)},
	}
	if change != nil {
		change(&cfg)
	}
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	dashboard.New(cfg).Register(router)
	f.server = httptest.NewServer(router)
	t.Cleanup(f.server.Close)
	return f
}

func (f *fixture) environment(_ context.Context, r contract.OwnedRequest) (contract.Environment, error) {
	for _, e := range []contract.Environment{f.sandbox, f.live} {
		if r.ID == e.ID && r.AccountID == e.AccountID {
			return e, nil
		}
	}
	return contract.Environment{}, apierror.New(apierror.NotFound)
}

func (f *fixture) LimitSignIn(*gin.Context) error {
	if f.limited {
		return apierror.New(apierror.RateLimitExceeded).With("retry_after", 7)
	}
	return nil
}

func (f *fixture) LimitRegistration(c *gin.Context) error { return f.LimitSignIn(c) }

func (f *fixture) LimitUser(c *gin.Context, _ string) error { return f.LimitSignIn(c) }

func (f *fixture) ChargeAddress(c *gin.Context) error { return f.LimitSignIn(c) }

func stagingStore(t *testing.T) *documents.Store {
	t.Helper()
	store, err := documents.Open(t.Context(), "file://"+t.TempDir(), []byte(strings.Repeat("k", 32)))
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.Close() })
	return store
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
