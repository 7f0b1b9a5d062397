package faults_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/apiclient"
	"github.com/mintfax/mintfax/deploy/devstack/servers"
	"github.com/mintfax/mintfax/deploy/traffic"
)

func TestTheBrokerMayDieForAWhile(t *testing.T) { brokerDies(t, 3*time.Second) }

func TestTheBrokerMayBeUnreachableWithoutAnyoneSayingSo(t *testing.T) {
	brokerIsSwallowed(t, 5*time.Second)
}

func TestTheDatabaseMayDieForAWhile(t *testing.T) { databaseDies(t, 3*time.Second) }

func TestConnectionsToTheDatabaseMayBreakAtAnyMoment(t *testing.T) {
	databaseIsCut(t, random(t), 5*time.Second)
}

func TestRedisMayDieAndForgetEverything(t *testing.T) { redisDies(t, 3*time.Second) }

func brokerDies(t *testing.T, away time.Duration) {
	t.Helper()
	outage(t, func() { crash(t, servers.RabbitMQ, away) })
}

func databaseDies(t *testing.T, away time.Duration) {
	t.Helper()
	outage(t, func() { crash(t, servers.Postgres, away) })
}

func brokerIsSwallowed(t *testing.T, away time.Duration) {
	t.Helper()
	outage(t, func() {
		require.NoError(t, front.RabbitMQ.Swallow())
		time.Sleep(away)
		require.NoError(t, front.RabbitMQ.Deliver(t.Context()))
	})
}

func databaseIsCut(t *testing.T, random *rand.Rand, lasts time.Duration) {
	t.Helper()
	outage(t, func() {
		for end := time.Now().Add(lasts); time.Now().Before(end); {
			require.NoError(t, front.Postgres.Cut())
			time.Sleep(time.Duration(random.IntN(300)) * time.Millisecond)
		}
	})
}

// redisDies holds also that Redis is not needed for what has to be exact: after it comes back, it is
// empty, and faxes are still sent once.
func redisDies(t *testing.T, away time.Duration) {
	t.Helper()
	outage(t, func() {
		crash(t, servers.Redis, away)
		options, err := redis.ParseURL(set.Addresses().Redis)
		require.NoError(t, err)
		client := redis.NewClient(options)
		defer client.Close()
		require.NoError(t, client.FlushAll(t.Context()).Err())
	})
}

// crash kills a server and starts it again after a while.
func crash(t *testing.T, server string, away time.Duration) {
	t.Helper()
	keeper := set.Keeper(server)
	require.NoError(t, keeper.Crash())
	time.Sleep(away)
	keeper.Resume()
	require.NoError(t, keeper.AwaitReady(t.Context()))
}

// outage has customers at work while a server is away, and requires that everything works again soon
// after it is back.
func outage(t *testing.T, happens func()) {
	t.Helper()
	underTraffic(t, traffic.Rates{Faxes: 20, Purchases: 2, Reads: 50}, func(*traffic.Traffic) {
		probe := newProbe(t)
		happens()
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), back)
		defer cancel()
		for problem := probe(ctx); problem != ""; problem = probe(ctx) {
			require.NoError(t, ctx.Err(), "after %s: %s", back, problem)
			time.Sleep(50 * time.Millisecond)
		}
		t.Logf("served everything again after %s", time.Since(began).Round(10*time.Millisecond))
	})
	awaitReady(t)
}

// newProbe returns a function that asks each gateway for a bit of everything, and says what did not
// work, if anything.
func newProbe(t *testing.T) func(context.Context) string {
	t.Helper()
	someone := newCustomer(t)
	var gateways []*apiclient.Client
	for _, url := range whole.GatewayURLs() {
		gateways = append(gateways, apiclient.New(url, whole.MailDir()))
	}
	return func(ctx context.Context) string {
		for _, gateway := range gateways {
			for what, ask := range map[string]func() (apiclient.Answer, error){
				"read a balance": func() (apiclient.Answer, error) {
					return gateway.Do(ctx, http.MethodGet, "/v1/environment/balance", someone.account.TestKey, nil)
				},
				"send a fax": func() (apiclient.Answer, error) {
					return gateway.SendFax(ctx, someone.account.TestKey, apiclient.Upload{To: "+15005550001", FileName: "f.txt", File: []byte("probe\n")})
				},
				"open a checkout": func() (apiclient.Answer, error) {
					return gateway.Do(ctx, http.MethodPost, "/v1/account/checkout-sessions", someone.account.AccountKey, map[string]string{"package_id": "starter"})
				},
			} {
				answer, err := ask()
				if err != nil {
					return what + ": " + err.Error()
				}
				if answer.Status/100 != 2 {
					return what + ": " + string(answer.Body)
				}
			}
		}
		return ""
	}
}
