package system_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack"
)

func TestAKnownEmailIsAnsweredLikeAnUnknownOne(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	answer := b.do(t, http.StatusAccepted, "POST", "/v1/account/register", "", map[string]string{"name": "A", "email": a.Email})
	require.JSONEq(t, `{"email":"`+a.Email+`","message":"Activation code sent. Valid for 15 minutes.","expires_in":900}`, string(answer.Body))
	mail := ""
	eventually(t, "the mail", func() bool {
		newest, err := b.NewestMail(a.Email)
		mail = newest
		return err == nil && strings.Contains(mail, "/dashboard/activate")
	})
	require.NotRegexp(t, `\b\d{6}\b`, mail)
}

func TestAnEmailGetsFiveCodesAnHourAndThenIsTold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	body := map[string]string{"name": "A", "email": "five-codes@system.example"}
	for range 5 {
		b.do(t, http.StatusAccepted, "POST", "/v1/account/register", "", body)
	}
	answer := b.refused(t, "rate_limit_exceeded", http.StatusTooManyRequests, "POST", "/v1/account/register", "", body)
	require.Regexp(t, `^[1-9]\d*$`, answer.Header.Get("Retry-After"))
}

func TestARotatedKeyOverlaps(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	var key, fresh struct{ ID, Key string }
	require.NoError(t, b.do(t, http.StatusCreated, "POST", "/v1/account/keys", a.AccountKey,
		map[string]string{"name": "k", "environment_id": a.SandboxID}).Decode(&key))
	require.NoError(t, b.do(t, http.StatusCreated, "POST", "/v1/account/keys/"+key.ID+"/rotate", a.AccountKey,
		map[string]int{"overlap_seconds": 600}).Decode(&fresh))
	b.do(t, http.StatusOK, "GET", "/v1/environment", key.Key, nil)
	b.do(t, http.StatusOK, "GET", "/v1/environment", fresh.Key, nil)
	b.do(t, http.StatusCreated, "POST", "/v1/account/keys/"+fresh.ID+"/rotate", a.AccountKey, map[string]int{"overlap_seconds": 0})
	b.refused(t, "api_key_invalid", http.StatusUnauthorized, "GET", "/v1/environment", fresh.Key, nil)
}

func TestTheDatabaseRolesOfTheRunningServicesHoldTheRule(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	activated := b.account(t)
	b.activate(t, activated)
	require.Len(t, instance.Settings().RoleURLs, 4)
	for role, url := range instance.Settings().RoleURLs {
		conn, err := pgx.Connect(t.Context(), url)
		require.NoError(t, err)
		for _, statement := range []string{
			`UPDATE auth.accounts SET activated_at = now() WHERE id = '` + a.ID + `'`,
			`UPDATE auth.accounts SET activated_at = NULL WHERE id = '` + activated.ID + `'`,
			`UPDATE auth.accounts SET activated_at = now() WHERE id = '` + activated.ID + `'`,
			`UPDATE wallet.entries SET amount = 1`,
			`DELETE FROM wallet.entries`,
			`UPDATE wallet.pools SET available = 1000000`,
		} {
			_, err := conn.Exec(t.Context(), statement)
			require.Error(t, err, "%s may: %s", role, statement)
		}
		require.NoError(t, conn.Close(t.Context()))
	}
	b.untouched(t, a)
}

func TestACrashedServiceComesBack(t *testing.T) {
	b := setup(t)
	a := b.account(t)
	for _, service := range []string{stack.Auth, stack.Wallet} {
		process := instance.Process(service, 1)
		require.NoError(t, process.Kill())
		eventually(t, service+" to answer again", func() bool {
			answer, err := b.Do(t.Context(), "GET", "/v1/environment/balance", a.TestKey, nil)
			if err != nil || (answer.Status != http.StatusOK && answer.Status != http.StatusServiceUnavailable) {
				t.Errorf("%v %d %s", err, answer.Status, answer.Body)
			}
			return answer.Status == http.StatusOK
		})
	}
}
