package system_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/stack/apiclient"
	"github.com/mintfax/mintfax/deploy/tests/invariants"
	"github.com/mintfax/mintfax/shared/ids"
)

// sweepAge is how old a checkout is when the sweep first reads it from Stripe.
const sweepAge = 4 * time.Second

// One instance serves all tests of the package; every test has accounts of its own.
var instance *stack.Instance

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "mintfax-system-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	instance, err = stack.Start(ctx, stack.Options{
		Dir: dir, Replicas: map[string]int{
			stack.Gateway: 2, stack.Auth: 2, stack.Billing: 2, stack.Wallet: 2, stack.FaxDispatch: 2,
		},
		Env: map[string]map[string]string{
			stack.Billing: {"SWEEP_INTERVAL": "1s", "SWEEP_AGE": sweepAge.String()},
			stack.Gateway: { // all tests come from one address, and some send many requests with one key
				"LIMIT_ADDRESS_PER_MINUTE": "1000000", "LIMIT_KEY_PER_MINUTE": "1000000", "LIMIT_REGISTRATIONS_PER_HOUR": "1000000",
				"DRAIN_DELAY": "500ms",
			},
		},
		Log: func(line string) { fmt.Println(line) },
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "system tests: run them with `make test`, which starts the servers:", err)
		return 1
	}
	code := m.Run()
	if code == 0 {
		code = checkAfterwards(ctx)
	} else {
		printErrors()
	}
	if err := instance.Close(context.WithoutCancel(ctx)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// printErrors prints the first errors that each log has, as the logs go with their directory.
func printErrors() {
	const most = 5
	entries, _ := os.ReadDir(instance.LogDir())
	for _, entry := range entries {
		log, _ := os.ReadFile(instance.LogDir() + "/" + entry.Name())
		told := 0
		for line := range strings.Lines(string(log)) {
			if told < most && strings.Contains(line, `"level":"ERROR"`) {
				fmt.Fprint(os.Stderr, entry.Name(), ": ", line)
				told++
			}
		}
	}
}

// verify checks the invariants after all tests, and the logs for secrets.
func checkAfterwards(ctx context.Context) int {
	env := instance.Env()
	broken, err := invariants.Check(ctx, invariants.Sources{
		DatabaseURL: instance.DatabaseURL(), AMQPURL: env["AMQP_URL"], EmulatorURL: env["STRIPE_API_URL"],
	})
	if err != nil {
		broken = append(broken, err.Error())
	}
	broken = append(broken, secretsInLogs()...)
	broken = append(broken, refusedByStripe(ctx)...)
	for _, line := range broken {
		fmt.Fprintln(os.Stderr, "FAIL:", line)
	}
	return min(len(broken), 1)
}

var secret = regexp.MustCompile(`mfx_(?:test|live|acct)_[0-9A-Za-z]{20,}|whsec_[0-9A-Za-z]{8,}|sk_test_[0-9A-Za-z]{8,}|Your code: \d{6}|@system\.example`)

func secretsInLogs() []string {
	entries, err := os.ReadDir(instance.LogDir())
	if err != nil || len(entries) == 0 {
		return []string{fmt.Sprintf("there are no logs to look at: %v", err)}
	}
	var found []string
	for _, entry := range entries {
		log, err := os.ReadFile(instance.LogDir() + "/" + entry.Name())
		if err != nil {
			found = append(found, err.Error())
		}
		if at := secret.FindIndex(log); at != nil {
			found = append(found, fmt.Sprintf("%s has a secret or an address: …%.60q", entry.Name(), log[max(0, at[0]-50):at[0]]))
		}
	}
	return found
}

// bench is what a test works with.
type bench struct {
	*apiclient.Client
	gateways []*apiclient.Client // all of them, the first is Client
	stripe   *control.Client
	db       *pgxpool.Pool
}

func setup(t *testing.T) bench {
	t.Helper()
	db, err := pgxpool.New(t.Context(), instance.DatabaseURL())
	require.NoError(t, err)
	t.Cleanup(db.Close)
	b := bench{stripe: control.New(instance.Env()["STRIPE_API_URL"]), db: db}
	for _, url := range instance.GatewayURLs() {
		b.gateways = append(b.gateways, apiclient.New(url, instance.MailDir()))
	}
	b.Client = b.gateways[0]
	return b
}

// through is the bench with the n-th gateway, in turns.
func (b bench) through(n int) bench {
	b.Client = b.gateways[n%len(b.gateways)]
	return b
}

func (b bench) account(t *testing.T) apiclient.Account {
	t.Helper()
	account, err := b.Register(t.Context(), "A", strings.ToLower(ids.Base62(16))+"@system.example")
	require.NoError(t, err)
	return account
}

func (b bench) liveKey(t *testing.T, a apiclient.Account) string {
	t.Helper()
	key, err := b.CreateLiveKey(t.Context(), a)
	require.NoError(t, err)
	return key
}

// do sends a request and requires a status.
func (b bench) do(t *testing.T, status int, method, path, key string, body any, headers ...apiclient.Header) apiclient.Answer {
	t.Helper()
	answer, err := b.Do(t.Context(), method, path, key, body, headers...)
	require.NoError(t, err)
	require.Equal(t, status, answer.Status, "%s %s: %s", method, path, answer.Body)
	return answer
}

func (b bench) refused(t *testing.T, code string, status int, method, path, key string, body any) apiclient.Answer {
	t.Helper()
	answer := b.do(t, status, method, path, key, body)
	require.Equal(t, code, answer.ErrorCode(), "%s %s", method, path)
	return answer
}

func (b bench) fax(t *testing.T, status int, key, to string) apiclient.Answer {
	t.Helper()
	answer, err := b.SendFax(t.Context(), key, apiclient.Upload{To: to, FileName: "f.txt", File: []byte("hello\n")})
	require.NoError(t, err)
	require.Equal(t, status, answer.Status, "%s", answer.Body)
	return answer
}

func (b bench) checkout(t *testing.T, a apiclient.Account) apiclient.Checkout {
	t.Helper()
	checkout, err := b.OpenCheckout(t.Context(), a, "starter")
	require.NoError(t, err)
	return checkout
}

func (b bench) pay(t *testing.T, url, card string, status int) {
	t.Helper()
	answer, err := b.PayWith(t.Context(), url, card)
	require.NoError(t, err)
	require.Equal(t, status, answer.Status)
}

// activate buys the first package and waits for the commit.
func (b bench) activate(t *testing.T, a apiclient.Account) {
	t.Helper()
	b.pay(t, b.checkout(t, a).URL, apiclient.CardPays, http.StatusSeeOther)
	eventually(t, "the account to be activated", func() bool {
		return b.number(t, `SELECT count(activated_at) FROM auth.accounts WHERE id = $1`, a.ID) == 1
	})
}

func (b bench) number(t *testing.T, query string, args ...any) (n int64) {
	t.Helper()
	require.NoError(t, b.db.QueryRow(t.Context(), query, args...).Scan(&n))
	return n
}

// text reads a text; empty for nothing.
func (b bench) text(t *testing.T, query string, args ...any) string {
	t.Helper()
	var text *string
	require.NoError(t, b.db.QueryRow(t.Context(), query, args...).Scan(&text))
	return deref(text)
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	require.Eventually(t, is, 30*time.Second, 50*time.Millisecond, "waited for %s", what)
}
