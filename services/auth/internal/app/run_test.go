package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/config"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
	"github.com/mintfax/mintfax/shared/telemetry"
)

const email = "dev@example.com"

var home = contract.Requester{Network: "198.51.100.1"}

// logBuffer is a log that a test can read concurrently.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

type running struct {
	client  *bus.Client
	admin   *gorm.DB
	log     *logBuffer
	mailDir string
	stop    func() // as SIGTERM does
}

func start(t *testing.T) running {
	d, broker := pgtest.New(t), bustest.VHost(t)
	setEnvironment(t, map[string]string{"DATABASE_URL": d.URL("auth"), "AMQP_URL": broker})
	cfg, err := config.Load[Config]()
	require.NoError(t, err)
	r := running{admin: d.Admin(t), log: &logBuffer{}, mailDir: cfg.MailDir}
	r.stop = bustest.Serve(t, func(ctx context.Context) error {
		return serve(ctx, cfg, telemetry.NewLogger(r.log, "auth", cfg.LogLevel))
	})
	r.client, err = bus.NewClient(bustest.Dial(t, broker))
	require.NoError(t, err)
	return r
}

// code waits for the mail with a reference, or for any mail if it is empty, and returns its code.
func (r running) code(t *testing.T, reference string) string {
	t.Helper()
	var found []byte
	require.Eventually(t, func() bool {
		files, err := filepath.Glob(filepath.Join(r.mailDir, "*.eml"))
		for _, file := range files {
			text, readErr := os.ReadFile(file)
			if err == nil && readErr == nil && bytes.Contains(text, []byte(reference)) {
				if match := regexp.MustCompile(`(?m)^Your code: (\d{6})\r?$`).FindSubmatch(text); match != nil {
					found = match[1]
				}
			}
		}
		return found != nil
	}, 30*time.Second, 5*time.Millisecond)
	return string(found)
}

func (r running) startSignIn(t *testing.T, address string) string {
	t.Helper()
	sent, err := bus.Call(t.Context(), r.client, contract.StartSignIn, contract.StartSignInRequest{Email: address, Requester: home})
	require.NoError(t, err)
	return sent.Reference
}

func (r running) check(t *testing.T, key string) contract.Verdict {
	t.Helper()
	sha := ids.DigestAPIKey(key)
	reply, err := bus.Call(t.Context(), r.client, contract.CheckKeys, contract.CheckKeysRequest{Digests: [][]byte{sha[:]}})
	require.NoError(t, err)
	require.Len(t, reply.Verdicts, 1)
	return reply.Verdicts[0]
}

func (r running) register(t *testing.T) contract.Registered {
	t.Helper()
	sent, err := bus.Call(t.Context(), r.client, contract.Register, contract.RegisterRequest{Name: "Dev", Email: email, Requester: home})
	require.NoError(t, err)
	answer := contract.VerifyRequest{Email: email, Code: r.code(t, sent.Reference), Requester: home}
	registered, err := bus.Call(t.Context(), r.client, contract.VerifyRegistration, answer)
	require.NoError(t, err)
	return registered
}

func TestTheLifecycleOfAnAccountOverTheBroker(t *testing.T) {
	r := start(t)
	registered := r.register(t)
	owner := registered.Account.ID

	require.Empty(t, r.check(t, registered.APIKey).Refusal)
	require.Equal(t, contract.KindAccount, r.check(t, registered.AccountKey).Kind)
	live, err := bus.Call(t.Context(), r.client, contract.CreateKey,
		contract.CreateKeyRequest{AccountID: owner, Name: "prod", EnvironmentID: registered.LiveEnvironmentID})
	require.NoError(t, err)
	require.Equal(t, apierror.AccountNotActivated, r.check(t, live.Secret).Refusal)

	fresh, err := bus.Call(t.Context(), r.client, contract.RotateKey, contract.RotateKeyRequest{AccountID: owner, ID: live.ID, OverlapSeconds: 60})
	require.NoError(t, err)
	require.NotEmpty(t, fresh.Secret)
	_, err = bus.Call(t.Context(), r.client, contract.RevokeKey, contract.OwnedRequest{AccountID: owner, ID: live.ID})
	require.NoError(t, err)
	require.Equal(t, contract.Verdict{Refusal: apierror.APIKeyInvalid}, r.check(t, live.Secret))

	envs, err := bus.Call(t.Context(), r.client, contract.ListEnvironments, contract.ListOwnedRequest{AccountID: owner, Page: contract.Page{Limit: 20}})
	require.NoError(t, err)
	require.Len(t, envs.Data, 2)
	account, err := bus.Call(t.Context(), r.client, contract.GetAccount, contract.GetAccountRequest{AccountID: owner})
	require.NoError(t, err)
	require.Equal(t, registered.Account, account)

	answer := contract.VerifyRequest{Email: email, Code: r.code(t, r.startSignIn(t, email)), Requester: home}
	signedIn, err := bus.Call(t.Context(), r.client, contract.VerifySignIn, answer)
	require.NoError(t, err)
	require.Equal(t, owner, signedIn.AccountID)
}

func TestShutdownWritesLastUses(t *testing.T) {
	r := start(t)
	registered := r.register(t)
	require.Empty(t, r.check(t, registered.APIKey).Refusal)
	r.stop()
	var used bool
	require.NoError(t, r.admin.Raw(`SELECT last_used_at IS NOT NULL FROM auth.keys WHERE kind = 'test'`).Scan(&used).Error)
	require.True(t, used)
}

func TestTheEventOfANewAccountIsPublished(t *testing.T) {
	r := start(t)
	r.register(t)
	require.Eventually(t, func() bool {
		var left int
		return r.admin.Raw(`SELECT count(*) FROM auth.outbox`).Scan(&left).Error == nil && left == 0
	}, 30*time.Second, 50*time.Millisecond)
}

func TestTheLogHasNoSecretsAndNoAddresses(t *testing.T) {
	r := start(t)
	registered := r.register(t)
	r.check(t, registered.APIKey)
	code := r.code(t, r.startSignIn(t, email))
	require.NoError(t, os.RemoveAll(r.mailDir)) // the next mail cannot be written, which is logged
	fresh := r.startSignIn(t, email)
	require.Eventually(t, func() bool { return strings.Contains(r.log.String(), "write a mail") }, 30*time.Second, 5*time.Millisecond)
	_, err := bus.Call(t.Context(), r.client, contract.VerifySignIn, contract.VerifyRequest{Email: email, Code: code, Requester: home})
	require.True(t, apierror.Has(err, apierror.CodeInvalid), "%v", err)
	r.stop()
	require.NotRegexp(t, `(^|\D)`+code+`(\D|$)`, r.log.String())
	for _, secret := range []string{registered.APIKey, registered.AccountKey, email, "only-for-tests", home.Network, fresh} {
		require.NotContains(t, r.log.String(), secret)
	}
}

func TestMailsAreRetriedUntilTheMailServerIsUp(t *testing.T) {
	r := start(t)
	r.register(t)
	require.NoError(t, os.RemoveAll(r.mailDir))
	r.startSignIn(t, "nobody@example.com")
	reference := r.startSignIn(t, email)
	require.Eventually(t, func() bool { return strings.Contains(r.log.String(), "write a mail") }, 30*time.Second, 5*time.Millisecond)
	require.NoError(t, os.Mkdir(r.mailDir, 0o700))
	answer := contract.VerifyRequest{Email: email, Code: r.code(t, reference), Requester: home}
	_, err := bus.Call(t.Context(), r.client, contract.VerifySignIn, answer)
	require.NoError(t, err)
}
