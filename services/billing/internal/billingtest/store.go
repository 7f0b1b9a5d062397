package billingtest

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/billing/internal/purchase"
	"github.com/mintfax/mintfax/services/billing/internal/reversal"
	"github.com/mintfax/mintfax/services/billing/internal/settlement"
	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/services/billing/internal/topup"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// Env is billing on a real database, with its own fake of Stripe.
type Env struct {
	Database   *pgtest.Database
	DB         *gorm.DB // as billing
	Admin      *gorm.DB
	Stripe     *Stripe
	Log        *Log
	Alarm      *stripe.Alarm
	Checkouts  *purchase.Checkouts
	Cards      *purchase.Cards
	TopUps     *topup.Service
	Reversals  *reversal.Service
	Settlement *settlement.Service
	OnPaid     func(ctx context.Context, intentID string) // called after a payment was recorded; a test may replace it
}

// New returns an environment with a database and a Stripe of its own.
func New(t *testing.T) *Env {
	return NewOn(t, pgtest.New(t), NewStripe(t))
}

// NewOn returns another process of billing on an existing database and Stripe.
func NewOn(t *testing.T, d *pgtest.Database, fake *Stripe) *Env {
	e := &Env{Database: d, DB: d.Open(t, "billing"), Admin: d.Admin(t), Stripe: fake, Log: &Log{}}
	client := e.Stripe.Client(t)
	log := e.Logger()
	e.Alarm = stripe.NewAlarm(log, prometheus.NewRegistry())
	e.Checkouts = purchase.NewCheckouts(purchase.NewStore(e.DB), client, purchase.DefaultCatalogue(), []string{"card", "us_bank_account"}, "https://fax.example", log)
	e.Cards = purchase.NewCards(purchase.NewStore(e.DB), client, log)
	e.Reversals = reversal.New(reversal.NewStore(e.DB), client, e.Alarm, log, prometheus.NewRegistry())
	e.Settlement = settlement.New(settlement.NewStore(e.DB), client, e.Alarm, func(ctx context.Context, intentID string) {
		e.OnPaid(ctx, intentID)
	}, prometheus.NewRegistry())
	e.OnPaid = e.Reversals.PaymentRecorded
	e.TopUps = topup.New(topup.NewStore(e.DB, time.Minute), client, e.Settlement, e.Checkouts, purchase.DefaultCatalogue(), log)
	return e
}

// Logger returns a logger that writes to Log.
func (e *Env) Logger() *slog.Logger { return telemetry.NewLogger(e.Log, "billing", "info") }

// Account creates an account with both pools, as registration does.
func (e *Env) Account(t *testing.T) string {
	id := ids.New(ids.Account)
	require.NoError(t, e.Admin.Exec(`INSERT INTO auth.accounts (id, name, email) VALUES (?, 'Ada', ?)`, id, id+"@example.com").Error)
	require.NoError(t, ledger.OpenAccount(t.Context(), e.Admin, id, 10_000))
	return id
}

// OpenPayment opens a checkout for a package and returns Stripe's session id.
func (e *Env) OpenPayment(t *testing.T, account, packageID string) string {
	t.Helper()
	opened, err := e.Checkouts.OpenPayment(t.Context(), contract.CreateCheckoutRequest{
		AccountID: account, Name: "Ada", Email: account + "@example.com", PackageID: packageID,
	})
	require.NoError(t, err)
	return opened.ID
}

// OpenSetup opens a checkout that saves a card and returns Stripe's session id.
func (e *Env) OpenSetup(t *testing.T, account string) string {
	t.Helper()
	opened, err := e.Checkouts.OpenSetup(t.Context(), contract.CreateSetupRequest{
		AccountID: account, Name: "Ada", Email: account + "@example.com",
	})
	require.NoError(t, err)
	return opened.ID
}

// SaveCard saves a card of the account by a setup and returns Stripe's id of it.
func (e *Env) SaveCard(t *testing.T, account string) string {
	t.Helper()
	session := e.OpenSetup(t, account)
	e.Stripe.Pay(session)
	_, err := e.Settlement.SettleCheckout(t.Context(), session)
	require.NoError(t, err)
	return "pm_" + session
}

// TopUp requests a top-up, with a request key unless it is empty.
func (e *Env) TopUp(t *testing.T, account, packageID, requestKey string) (contract.Payment, error) {
	t.Helper()
	return e.TopUps.Create(t.Context(), contract.CreateTopUpRequest{
		AccountID: account, Name: "Ada", Email: account + "@example.com", PackageID: packageID, RequestKey: requestKey,
	})
}

// Payments returns the payments of an account as its owner sees them.
func (e *Env) Payments(t *testing.T, account string) []contract.Payment {
	t.Helper()
	list, err := e.Settlement.ListPayments(t.Context(), contract.ListOwnedRequest{AccountID: account, Page: contract.Page{Limit: 100}})
	require.NoError(t, err)
	return list.Data
}

// State returns everything that a settlement may change as one text; equal texts mean that nothing changed.
func (e *Env) State(t *testing.T) string {
	t.Helper()
	var all []string
	for _, query := range []string{
		`SELECT to_jsonb(a)::text FROM auth.accounts a ORDER BY id`,
		`SELECT (to_jsonb(c) - 'checked_at' - 'returned_at' - 'next_check_at' - 'expires_at')::text FROM billing.checkouts c ORDER BY id`,
		`SELECT (to_jsonb(u) - 'next_check_at')::text FROM billing.top_ups u ORDER BY id`,
		`SELECT to_jsonb(p)::text FROM billing.payments p ORDER BY id`,
		`SELECT (to_jsonb(r) - 'next_try_at')::text FROM billing.reversals r ORDER BY id`,
		`SELECT (to_jsonb(d) - 'next_try_at' - 'tries')::text FROM billing.detachments d ORDER BY payment_method_id`,
		`SELECT to_jsonb(k)::text FROM billing.customers k ORDER BY account_id`,
		`SELECT to_jsonb(p)::text FROM wallet.pools p ORDER BY account_id, balance_type`,
		`SELECT to_jsonb(x)::text FROM wallet.transactions x ORDER BY id`,
		`SELECT to_jsonb(e)::text FROM wallet.entries e ORDER BY id`,
		`SELECT to_jsonb(o)::text FROM billing.outbox o ORDER BY id`,
	} {
		var rows []string
		require.NoError(t, e.Admin.Raw(query).Scan(&rows).Error)
		all = append(all, rows...)
	}
	return strings.Join(all, "\n")
}

// Exec runs statements in one transaction as the role of a service.
func (e *Env) Exec(t *testing.T, service, statements string) error {
	t.Helper()
	cfg, err := pgx.ParseConfig(e.Database.URL(service))
	require.NoError(t, err)
	conn, err := pgx.ConnectConfig(t.Context(), cfg)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.PgConn().Exec(t.Context(), statements).ReadAll()
	return err
}

// Count counts rows.
func (e *Env) Count(t *testing.T, from string, args ...any) int {
	t.Helper()
	var n int
	require.NoError(t, e.Admin.Raw(`SELECT count(*) FROM `+from, args...).Scan(&n).Error)
	return n
}

// LiveBalance returns the available credits of the live pool.
func (e *Env) LiveBalance(t *testing.T, account string) int64 {
	t.Helper()
	var available int64
	require.NoError(t, e.Admin.Raw(`SELECT available FROM wallet.pools WHERE account_id = ? AND balance_type = 'live'`, account).Scan(&available).Error)
	return available
}

// Log records log output.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *Log) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

// Alarms returns the number of alarms.
func (l *Log) Alarms() int { return strings.Count(l.String(), `"alarm":true`) }

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
