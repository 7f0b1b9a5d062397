package faults_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
	"github.com/mintfax/mintfax/deploy/stack/local"
	"github.com/mintfax/mintfax/deploy/tests/load"
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
	outage(t, func() { crash(t, local.RabbitMQ, away) })
}

func databaseDies(t *testing.T, away time.Duration) {
	t.Helper()
	outage(t, func() { crash(t, local.Postgres, away) })
}

func brokerIsSwallowed(t *testing.T, away time.Duration) {
	t.Helper()
	outage(t, func() {
		require.NoError(t, front.rabbitmq.drop())
		time.Sleep(away)
		require.NoError(t, front.rabbitmq.stopDropping(t.Context()))
	})
}

func databaseIsCut(t *testing.T, random *rand.Rand, lasts time.Duration) {
	t.Helper()
	outage(t, func() {
		for end := time.Now().Add(lasts); time.Now().Before(end); {
			require.NoError(t, front.postgres.resetConnections())
			time.Sleep(time.Duration(random.IntN(300)) * time.Millisecond)
		}
	})
}

// redisDies holds also that redis is not needed for what has to be exact: after it comes back, it is
// empty, and faxes are still sent once.
func redisDies(t *testing.T, away time.Duration) {
	t.Helper()
	outage(t, func() {
		crash(t, local.Redis, away)
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
	supervisor := set.Supervisor(server)
	require.NoError(t, supervisor.Crash())
	time.Sleep(away)
	supervisor.Resume()
	require.NoError(t, supervisor.AwaitReady(t.Context()))
}

// outage has customers at work while a server is away, and requires that everything works again soon
// after it is back.
func outage(t *testing.T, happens func()) {
	t.Helper()
	underTraffic(t, load.Rates{Faxes: 20, Purchases: 2, Reads: 50}, func(*load.Traffic) {
		probes := newProbes(t)
		happens()
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), recoveryTimeout)
		defer cancel()
		require.Empty(t, firstAnswers(ctx, probes), "not served within %s", recoveryTimeout)
		t.Logf("served everything again after %s", time.Since(began).Round(10*time.Millisecond))
	})
	awaitReady(t)
}

// newProbes returns requests of every kind to each gateway. They say what is wrong with their answer, if
// anything.
func newProbes(t *testing.T) map[string]func(context.Context) string {
	t.Helper()
	someone := newCustomer(t)
	probes := map[string]func(context.Context) string{}
	for n, url := range instance.GatewayURLs() {
		gateway := apiclient.New(url, instance.MailDir())
		for what, ask := range map[string]func(context.Context) (apiclient.Answer, error){
			"read a balance": func(ctx context.Context) (apiclient.Answer, error) {
				return gateway.Do(ctx, http.MethodGet, "/v1/environment/balance", someone.account.TestKey, nil)
			},
			"send a fax": func(ctx context.Context) (apiclient.Answer, error) {
				return gateway.SendFax(ctx, someone.account.TestKey, apiclient.Upload{To: "+15005550001", FileName: "f.txt", File: []byte("probe\n")})
			},
			"open a checkout": func(ctx context.Context) (apiclient.Answer, error) {
				return gateway.Do(ctx, http.MethodPost, "/v1/account/checkout-sessions", someone.account.AccountKey, map[string]string{"package_id": "starter"})
			},
		} {
			probes[fmt.Sprintf("%s, gateway %d", what, n+1)] = func(ctx context.Context) string {
				answer, err := ask(ctx)
				if err != nil {
					return err.Error()
				}
				if answer.Status/100 != 2 {
					return string(answer.Body)
				}
				return ""
			}
		}
	}
	return probes
}

// firstAnswers makes every request again and again, at once, until each has had its answer or ctx is
// done. It returns what had none and why. After an outage customers come back with all that they could
// not do meanwhile; a request is then served, but not as soon as usual.
func firstAnswers(ctx context.Context, probes map[string]func(context.Context) string) map[string]string {
	missing := map[string]string{}
	var mu sync.Mutex
	var asking sync.WaitGroup
	for what, probe := range probes {
		asking.Go(func() {
			problem := probe(ctx)
			for problem != "" && ctx.Err() == nil {
				time.Sleep(50 * time.Millisecond)
				problem = probe(ctx)
			}
			if problem != "" {
				mu.Lock()
				missing[what] = problem
				mu.Unlock()
			}
		})
	}
	asking.Wait()
	return missing
}
