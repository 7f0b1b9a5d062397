package dashboard_test

import (
	"bufio"
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestEveryPageShowsItsContent(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	for path, text := range map[string]string{
		"/dashboard": "Live faxes wait for one purchase", "/dashboard/faxes": "15005550002", "/dashboard/faxes/new": "Practice (sandbox)",
		"/dashboard/faxes/fax_1": "The line was busy.", "/dashboard/keys": "Laptop", "/dashboard/keys/key_1": "Rotate the key",
		"/dashboard/environments/env_l": "Clinic", "/dashboard/billing": "There is no card on file", "/dashboard/payments": "Partly refunded ($2.50 back)",
		"/dashboard/transactions": "Charged from the hold", "/dashboard/settings": "Sign out everywhere", "/dashboard/first-fax": "See its life",
	} {
		page := v.get(path)
		require.Equal(t, http.StatusOK, page.status, path)
		require.Contains(t, page.body, text, path)
		require.NotContains(t, page.body, "<case>", path)
	}
}

func TestOtherAccountsResourcesAreNotFound(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	csrf := v.get("/dashboard/settings").field(t, "csrf")
	for _, path := range []string{"/dashboard/faxes/fax_2", "/dashboard/keys/key_9", "/dashboard/environments/env_9", "/dashboard/faxes?environment=env_9"} {
		require.Equal(t, http.StatusNotFound, v.get(path).status, path)
	}
	require.Equal(t, http.StatusNotFound, v.post("/dashboard/environments/env_9", url.Values{"csrf": {csrf}, "name": {"x"}}).status)
}

func TestLiveEnvironmentsWaitForActivationInTheDashboard(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	list := v.get("/dashboard/faxes?environment=env_l")
	require.Equal(t, http.StatusForbidden, list.status)
	require.Contains(t, list.body, "live waits for activation")
	f.from.EnvironmentID = "env_l"
	require.Equal(t, http.StatusForbidden, v.get("/dashboard/faxes/fax_1").status)
	require.Equal(t, http.StatusForbidden, v.send(t, map[string]string{"environment": "env_l"}).status)
	require.Empty(t, f.did, "no fax was read or sent")
	now := time.Now()
	f.account.ActivatedAt = &now
	require.Equal(t, http.StatusOK, v.get("/dashboard/faxes").status)
	require.Equal(t, "env_l", f.did[0].(contract.ListFaxesRequest).Tenant.EnvironmentID)
}

func TestFormsWithoutTheirTokenHaveNoEffect(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	for _, path := range []string{
		"/dashboard/checkout", "/dashboard/top-ups", "/dashboard/auto-top-up", "/dashboard/card", "/dashboard/card/remove", "/dashboard/keys",
		"/dashboard/keys/key_1/rotate", "/dashboard/keys/key_1/revoke", "/dashboard/environments", "/dashboard/environments/env_s",
		"/dashboard/faxes/fax_1/cancel", "/dashboard/faxes/fax_1/resend", "/dashboard/faxes/fax_1/delete", "/dashboard/fax-settings",
		"/dashboard/settings", "/dashboard/sign-out/everywhere", "/dashboard/sign-out",
	} {
		require.Equal(t, http.StatusForbidden, v.post(path, url.Values{"csrf": {"x"}, "sure": {"yes"}}).status, path)
	}
	require.Equal(t, http.StatusForbidden, v.send(t, map[string]string{"csrf": "x"}).status)
	require.Empty(t, f.did)
	require.Empty(t, f.asked)
	require.Equal(t, http.StatusOK, v.get("/dashboard").status, "the session goes on")
}

func TestFormSendsItsFaxOnce(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	done := v.send(t, nil)
	require.Equal(t, "/dashboard/faxes/fax_1?done=sent", done.header.Get("Location"))
	sent := f.did[0].(contract.SubmitFaxRequest)
	require.Equal(t, contract.Tenant{AccountID: "acct_1", EnvironmentID: "env_s", EnvironmentType: contract.Sandbox}, sent.Tenant)
	require.Len(t, sent.Files, 1)
	require.Greater(t, len(sent.IdempotencyKey), 40)
	require.NotEmpty(t, sent.Fingerprint)

	f.submitErr = apierror.Field("to", "The to field must be a number in E.164 form.")
	again := v.send(t, map[string]string{"to": "5550001"})
	require.Equal(t, http.StatusUnprocessableEntity, again.status)
	require.Contains(t, again.body, "must be a number in E.164 form")
	require.Contains(t, again.body, `value="5550001"`)
	require.NotEqual(t, sent.IdempotencyKey, f.did[1].(contract.SubmitFaxRequest).IdempotencyKey)
}

// send sends the form of a new fax with some fields changed.
func (v *browser) send(t *testing.T, changed map[string]string) page {
	t.Helper()
	form := v.get("/dashboard/faxes/new")
	fields := map[string]string{"csrf": form.field(t, "csrf"), "once": form.field(t, "once"), "environment": "env_s", "to": "+15005550001", "csid": ""}
	for name, value := range changed {
		fields[name] = value
	}
	var body bytes.Buffer
	writer := multipart.NewWriter(&body)
	for name, value := range fields {
		require.NoError(t, writer.WriteField(name, value))
	}
	file, err := writer.CreateFormFile("file", "a.txt")
	require.NoError(t, err)
	_, _ = file.Write([]byte("hello"))
	require.NoError(t, writer.Close())
	response, err := v.http.Post(v.site+"/dashboard/faxes", writer.FormDataContentType(), &body)
	require.NoError(t, err)
	return v.read(response)
}

func TestKeysAreShownOnceAndRevokedOnlyWhenConfirmed(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	csrf := v.get("/dashboard/keys").field(t, "csrf")
	made := v.post("/dashboard/keys", url.Values{"csrf": {csrf}, "name": {"CI"}, "of": {"env_s"}})
	require.Contains(t, made.body, "mfx_test_secret")
	require.Equal(t, contract.CreateKeyRequest{AccountID: "acct_1", Name: "CI", EnvironmentID: "env_s"}, f.did[0])
	rotated := v.post("/dashboard/keys/key_1/rotate", url.Values{"csrf": {csrf}, "overlap": {"hour"}})
	require.Contains(t, rotated.body, "mfx_test_rotated")
	require.Equal(t, contract.RotateKeyRequest{AccountID: "acct_1", ID: "key_1", OverlapSeconds: 3600}, f.did[1])
	require.Equal(t, http.StatusUnprocessableEntity, v.post("/dashboard/keys/key_1/revoke", url.Values{"csrf": {csrf}}).status)
	require.Len(t, f.did, 2)
	require.Equal(t, "/dashboard/keys?done=revoked", v.post("/dashboard/keys/key_1/revoke", url.Values{"csrf": {csrf}, "sure": {"yes"}}).header.Get("Location"))
	require.Equal(t, contract.OwnedRequest{AccountID: "acct_1", ID: "key_1"}, f.did[2])
}

func TestFormChargesItsTopUpOnceAndDeclinesAreExplained(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	billing := v.get("/dashboard/billing")
	form := url.Values{"csrf": {billing.field(t, "csrf")}, "once": {billing.field(t, "once")}, "package_id": {"starter"}}
	for range 2 {
		require.Equal(t, "/dashboard/billing?done=topped-up", v.post("/dashboard/top-ups", form).header.Get("Location"))
	}
	require.Equal(t, f.did[0], f.did[1], "the same request key is the same charge")
	require.Contains(t, f.did[0].(contract.CreateTopUpRequest).RequestKey, form.Get("once"))

	f.topUpErr = apierror.New(apierror.PaymentDeclined).With("decline_code", "insufficient_funds")
	declined := v.post("/dashboard/top-ups", form)
	require.Equal(t, http.StatusPaymentRequired, declined.status)
	require.Contains(t, declined.body, "not enough money, and nothing was charged")
	f.topUpErr = apierror.New(apierror.PaymentDeclined).With("checkout_url", stripeOrigin+"/pay/cs_3")
	require.Equal(t, stripeOrigin+"/pay/cs_3", v.post("/dashboard/top-ups", form).header.Get("Location"))
}

func TestAutoTopUpParsesNumbersAsPeopleWriteThem(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	form := url.Values{"csrf": {v.get("/dashboard/billing").field(t, "csrf")}, "enabled": {"yes"}, "threshold_amount": {"1,500"}, "package_id": {"starter"}, "monthly_cap": {"$50.00"}}
	require.Equal(t, "/dashboard/billing?done=auto-on", v.post("/dashboard/auto-top-up", form).header.Get("Location"))
	set := f.did[0].(contract.SetAutoTopUpRequest)
	require.EqualValues(t, 1500, *set.ThresholdAmount)
	require.EqualValues(t, 5000, *set.MonthlyCap)
	for field, bad := range map[string]string{"threshold_amount": "-1", "monthly_cap": "fifty"} {
		wrong := url.Values{"csrf": form["csrf"], "enabled": {"yes"}, "threshold_amount": {"1"}, "monthly_cap": {"1"}}
		wrong.Set(field, bad)
		again := v.post("/dashboard/auto-top-up", wrong)
		require.Equal(t, http.StatusUnprocessableEntity, again.status)
		require.Contains(t, again.body, `value="`+bad+`"`)
	}
	require.Len(t, f.did, 1)
}

func TestRegistrationShowsTheKeysAndSignsIn(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	form := url.Values{"csrf": {v.get("/dashboard/register").field(t, "csrf")}, "email": {"ada@example.com"}}
	require.Contains(t, v.post("/dashboard/register", form).body, "The name field is required.")
	form.Set("name", "Ada")
	require.Contains(t, v.post("/dashboard/register", form).body, "ada@example.com")
	form.Set("code", "000000")
	require.Equal(t, http.StatusUnprocessableEntity, v.post("/dashboard/register/code", form).status)
	form.Set("code", "123 456")
	first := v.post("/dashboard/register/code", form)
	require.Equal(t, http.StatusOK, first.status)
	for _, text := range []string{"mfx_test_first", "mfx_acct_first", "curl http://fax.example/v1/faxes"} {
		require.Contains(t, first.body, text)
	}
	require.Equal(t, http.StatusOK, v.get("/dashboard").status)
}

func TestSigningOutEverywhereEndsAllSessions(t *testing.T) {
	f := newFixture(t, nil)
	here, there := f.browser(t), f.browser(t)
	here.signIn()
	there.signIn()
	here.post("/dashboard/sign-out/everywhere", url.Values{"csrf": {here.get("/dashboard/settings").field(t, "csrf")}})
	for _, v := range []*browser{here, there} {
		require.Equal(t, http.StatusSeeOther, v.get("/dashboard").status)
	}
}

func TestEventStreamNotifiesOpenPages(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	require.Equal(t, http.StatusSeeOther, v.get("/dashboard/news").status, "of nobody in particular there is no news")
	v.signIn()
	response, err := v.http.Get(v.site + "/dashboard/news")
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, "text/event-stream", response.Header.Get("Content-Type"))
	line, err := bufio.NewReader(response.Body).ReadString('\n')
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(line, "retry:"))
}

func TestFaxIsResentOnceCanceledAndErasedWhenConfirmed(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	page := v.get("/dashboard/faxes/fax_1")
	form := url.Values{"csrf": {page.field(t, "csrf")}, "once": {page.field(t, "once")}}
	f.did = nil
	require.Equal(t, "/dashboard/faxes/fax_2", v.post("/dashboard/faxes/fax_1/resend", form).header.Get("Location"))
	v.post("/dashboard/faxes/fax_1/resend", form)
	first, second := f.did[0].(contract.ResendFaxRequest), f.did[1].(contract.ResendFaxRequest)
	require.Equal(t, first, second)
	require.NotEmpty(t, first.IdempotencyKey)
	f.did = nil
	require.Equal(t, "/dashboard/faxes/fax_1", v.post("/dashboard/faxes/fax_1/cancel", form).header.Get("Location"))
	v.post("/dashboard/faxes/fax_1/delete", form)
	require.Equal(t, []any{"cancel fax_1"}, f.did, "nobody said that it is to be erased")
	form.Set("sure", "yes")
	require.Equal(t, "/dashboard/faxes/fax_1?done=erased", v.post("/dashboard/faxes/fax_1/delete", form).header.Get("Location"))
	require.Equal(t, []any{"cancel fax_1", "delete fax_1"}, f.did)
	require.Equal(t, http.StatusGone, v.get("/dashboard/faxes/fax_1/pages/1.png").status)
	require.Equal(t, http.StatusNotFound, v.get("/dashboard/faxes/fax_9/pages/1.png").status)
}

func TestTimeOfTheNextAttemptIsShown(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	require.NotContains(t, v.get("/dashboard/faxes/fax_1").body, "Next attempt")
	next := time.Date(2026, 11, 27, 9, 30, 0, 0, time.UTC)
	f.sent.Status, f.sent.ErrorCode, f.sent.NextAttemptAt = contract.FaxStatusQueued, nil, &next
	require.Regexp(t, `<strong>Next attempt</strong> due .*2026-11-27T09:30:00Z`, v.get("/dashboard/faxes/fax_1").body)
}

func TestRetentionIsSet(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	form := url.Values{"csrf": {v.get("/dashboard/settings").field(t, "csrf")}, "retention_days": {"7"}, "zero_footprint": {"yes"}, "daily_spend_cap": {"1,500"}, "sender_name": {"Ward 3"}}
	require.Equal(t, "/dashboard/settings?done=settings", v.post("/dashboard/fax-settings", form).header.Get("Location"))
	require.Equal(t, contract.SetFaxSettingsRequest{
		AccountID: "acct_1", RetentionDays: new(7), ZeroFootprint: new(true), SetsDailySpendCap: true, DailySpendCap: new(int64(1500)),
		SenderName: new("Ward 3"), SenderCompany: new(""), SenderFax: new(""),
	}, f.did[0])
	form.Set("retention_days", "soon")
	require.Equal(t, http.StatusUnprocessableEntity, v.post("/dashboard/fax-settings", form).status)
}

func TestFaxesAreFilteredByErrorCodeAndTag(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	f.did = nil
	require.Equal(t, http.StatusOK, v.get("/dashboard/faxes?code=busy&tag=case%3D4+2").status)
	asked := f.did[0].(contract.ListFaxesRequest)
	require.Equal(t, "busy", asked.ErrorCode)
	require.Equal(t, map[string]string{"case": "4 2"}, asked.Tags)
}
