package httpapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestJSONBodiesAreReadStrictly(t *testing.T) {
	g := setup(t)
	key := g.key(contract.KindAccount, "")
	bustest.Answer(g.services, contract.CreateEnvironment, func(_ context.Context, r contract.CreateEnvironmentRequest) (contract.Environment, error) {
		return contract.Environment{Name: r.Name}, nil
	})
	for _, c := range []struct {
		body  string
		code  string
		field string
	}{
		{`{"name":"a","type":"live"}`, "", ""},
		{` {"type":"live","name":"ä"} `, "", ""},
		{`{"name":"a","type":"live","extra":1}`, "validation_failed", "extra"},
		{`{"name":1,"type":"live"}`, "validation_failed", "name"},
		{`{"name":"a\u0000b","type":"live"}`, "validation_failed", "name"},
		{`{"name":"a"`, "malformed_request", ""},
		{`{"name":"a"} {}`, "malformed_request", ""},
		{`[]`, "malformed_request", ""},
		{`"x"`, "malformed_request", ""},
		{`null`, "malformed_request", ""},
		{``, "malformed_request", ""},
		{"{\"name\":\"\xff\"}", "malformed_request", ""},
		{strings.Repeat("[", 100_000), "payload_too_large", ""},
		{strings.Repeat("[", 20_000), "malformed_request", ""},
		{`{"name":"` + strings.Repeat("a", 70_000) + `"}`, "payload_too_large", ""},
	} {
		got := g.do(t, "POST", "/v1/account/environments", key, c.body)
		require.Equal(t, c.code, got.Error, "%.80s: %s", c.body, got.Body)
		if c.field != "" {
			require.Contains(t, got.Context["errors"], c.field)
		}
	}
	got := g.send(t, "POST", "/v1/account/environments", key, "text/plain", []byte(`{}`))
	require.Equal(t, "malformed_request", got.Error)
}

func FuzzJSONBodyGetsADefinedResponse(f *testing.F) {
	for _, seed := range []string{`{}`, `{"name":{}}`, `{"a":[1,2,{"b":"\u0000"}]}`, `{"name":1e999}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) > 60<<10 {
			return
		}
		g := setup(t)
		bustest.Answer(g.services, contract.CreateEnvironment, func(context.Context, contract.CreateEnvironmentRequest) (contract.Environment, error) {
			return contract.Environment{}, nil
		})
		got := g.do(t, "POST", "/v1/account/environments", g.key(contract.KindAccount, ""), string(body))
		require.Contains(t, []int{http.StatusCreated, http.StatusBadRequest, http.StatusUnprocessableEntity}, got.Code, "%s", got.Body)
	})
}

func TestBadUploadsAreRefusedAndLeaveNoFile(t *testing.T) {
	g := setup(t)
	key := g.key(contract.KindTest, "")
	bustest.Answer(g.services, contract.SubmitFax, func(context.Context, contract.SubmitFaxRequest) (contract.SubmittedFax, error) {
		return contract.SubmittedFax{}, apierror.Field("to", "The to field is required.")
	})
	good, body := form(t, "to", "+15005550001", "file", "hello")
	many := []string{}
	for range 100 {
		many = append(many, "file", "x")
	}
	build := func(pairs ...string) func() (string, []byte) {
		return func() (string, []byte) { return form(t, pairs...) }
	}
	for name, c := range map[string]struct {
		make func() (string, []byte)
		code string
	}{
		"refused by fax-dispatch": {build("file", "hello"), "validation_failed"},
		"an unknown field":        {build("file", "hello", "color", "red"), "validation_failed"},
		"a field twice":           {build("to", "+1", "to", "+2", "file", "hello"), "validation_failed"},
		"too many files":          {build(many...), "validation_failed"},
		"a huge field":            {build("file", "hello", "to", strings.Repeat("9", 10_000)), "payload_too_large"},
		"too large":               {build("file", strings.Repeat("x", 6<<20), "file", strings.Repeat("y", 5<<20)), "payload_too_large"},
		"not multipart":           {func() (string, []byte) { return "application/json", []byte(`{}`) }, "malformed_request"},
		"without a boundary":      {func() (string, []byte) { return "multipart/form-data", body }, "malformed_request"},
		"cut off":                 {func() (string, []byte) { return good, body[:len(body)-20] }, "malformed_request"},
		"cut off in a file":       {func() (string, []byte) { return good, body[:len(body)/2+60] }, "malformed_request"},
	} {
		contentType, sent := c.make()
		got := g.send(t, "POST", "/v1/faxes", key, contentType, sent)
		require.Equal(t, c.code, got.Error, "%s: %s", name, got.Body)
		require.Empty(t, staged(t, g), "%s left a file in staging", name)
	}
}

func staged(t *testing.T, g *gateway) []string {
	t.Helper()
	var files []string
	require.NoError(t, filepath.WalkDir(g.storage, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, path)
		}
		return err
	}))
	return files
}

func TestUploadReachesFaxDispatchUnchanged(t *testing.T) {
	g := setup(t)
	bustest.Answer(g.services, contract.SubmitFax, func(_ context.Context, r contract.SubmitFaxRequest) (contract.SubmittedFax, error) {
		require.Equal(t, contract.Tenant{AccountID: "acct_1", EnvironmentID: "env_1", EnvironmentType: contract.Sandbox}, r.Tenant)
		require.Equal(t, "+15005550001", r.To)
		require.Equal(t, map[string]string{"case": "7"}, r.Tags)
		require.Len(t, r.Files, 2)
		require.EqualValues(t, 5, r.Files[0].Size)
		return contract.SubmittedFax{Fax: contract.FaxSubmission{ID: "fax_1"}}, nil
	})
	contentType, body := form(t, "to", "+15005550001", "tags[case]", "7", "file", "hello", "file", "world")
	got := g.send(t, "POST", "/v1/faxes", g.key(contract.KindTest, ""), contentType, body)
	require.Equal(t, http.StatusCreated, got.Code, "%s", got.Body)
	require.Len(t, staged(t, g), 2, "the files belong to the fax now")
}

func TestRepeatedPostRunsOnceAndHidesTheSecret(t *testing.T) {
	g := setup(t)
	key := g.key(contract.KindAccount, "")
	var created atomic.Int64
	bustest.Answer(g.services, contract.CreateKey, func(context.Context, contract.CreateKeyRequest) (contract.Key, error) {
		created.Add(1)
		return contract.Key{ID: "key_9", Secret: "mfx_test_secret"}, nil
	})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			got := g.do(t, "POST", "/v1/account/keys", key, `{"name":"a","kind":"account"}`, "Idempotency-Key", "k1")
			if got.Code != http.StatusCreated && got.Error != "idempotency_key_in_progress" {
				t.Errorf("%d %s", got.Code, got.Body)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, created.Load())
	replay := g.do(t, "POST", "/v1/account/keys", key, `{"kind":"account", "name":"a"}`, "Idempotency-Key", "k1")
	require.Equal(t, http.StatusCreated, replay.Code)
	require.Equal(t, "true", replay.Header().Get("X-Idempotency-Replayed"))
	require.Equal(t, "k1", replay.Header().Get("X-Idempotency-Key"))
	var shown map[string]any
	require.NoError(t, json.Unmarshal(replay.Body.Bytes(), &shown))
	require.Equal(t, "key_9", shown["id"])
	require.Contains(t, shown, "key")
	require.Nil(t, shown["key"])
	reuse := g.do(t, "POST", "/v1/account/keys", key, `{"name":"b","kind":"account"}`, "Idempotency-Key", "k1")
	require.Equal(t, "idempotency_key_reuse", reuse.Error)
}

func TestOnlyFinalResponsesAreReplayed(t *testing.T) {
	g := setup(t)
	key := g.key(contract.KindTest, "")
	refusals := []error{apierror.New(apierror.InsufficientBalance), apierror.New(apierror.ServiceUnavailable), nil, nil}
	bustest.Answer(g.services, contract.SubmitFax, func(context.Context, contract.SubmitFaxRequest) (contract.SubmittedFax, error) {
		err := refusals[0]
		refusals = refusals[1:]
		return contract.SubmittedFax{}, err
	})
	for _, want := range []int{402, 503, 201, 201} { // who keeps faxes knows the key itself
		contentType, body := form(t, "to", "+15005550001", "file", "hello") // another boundary each time
		got := g.send(t, "POST", "/v1/faxes", key, contentType, body, "Idempotency-Key", "k2")
		require.Equal(t, want, got.Code, "%s", got.Body)
	}
	require.Empty(t, refusals)
}
