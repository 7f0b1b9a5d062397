package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/services/gateway/internal/httpapi"
	"github.com/mintfax/mintfax/services/gateway/internal/statement"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
	"github.com/mintfax/mintfax/shared/ids"
)

// gateway is the API with its admission. A test answers for the services.
type gateway struct {
	services *bustest.Services
	handler  http.Handler
	storage  string
	log      logged
	metrics  *prometheus.Registry

	mu    sync.Mutex
	known map[string]contract.Verdict // by digest
	asked int
	held  chan struct{} // when set, auth answers once it is closed
}

// logged is the log of a gateway.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

type option func(*admission.Config, *redis.Options)

func setup(t *testing.T, options ...option) *gateway {
	t.Helper()
	at := os.Getenv("TEST_REDIS_URL")
	if at == "" {
		t.Fatal("TEST_REDIS_URL is not set: run the tests with `make test`, which starts the servers")
	}
	redisOptions, err := redis.ParseURL(at)
	require.NoError(t, err)
	cfg := admission.Config{
		PublicURL:    "https://fax.example.com",
		KeyPerMinute: 1000, AccountPerMinute: 100_000, AddressPerMinute: 1000, RegistrationsPerHour: 1000,
	}
	for _, o := range options {
		o(&cfg, redisOptions)
	}
	client := redis.NewClient(redisOptions)
	t.Cleanup(func() { client.Close() })
	g := &gateway{services: &bustest.Services{}, known: map[string]contract.Verdict{}, storage: t.TempDir()}
	store, err := documents.Open(t.Context(), (&url.URL{Scheme: "file", Path: g.storage, RawQuery: "metadata=skip&no_tmp_dir=true"}).String(), bytes.Repeat([]byte("k"), 32))
	require.NoError(t, err)
	t.Cleanup(func() { store.Close() })
	prefix := "test:" + ids.Base62(10) + ":"
	log := slog.New(slog.NewJSONHandler(&g.log, nil))
	metrics := prometheus.NewRegistry()
	g.metrics = metrics
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	require.NoError(t, engine.SetTrustedProxies(nil))
	responder := &edge.Responder{DocsURL: "https://fax.example.com/docs", Log: log, Page: func(c *gin.Context, err error) {
		c.String(apierror.Lookup(apierror.CodeOf(err)).Status, "a page")
	}}
	admit := admission.New(cfg, admission.Deps{CheckKeys: g.check, Redis: client, Prefix: prefix, Log: log, Metrics: metrics})
	engine.Use(admit.RestShed, edge.NewFrame(cfg.PublicURL, responder, log, metrics).Handle)
	calls := admission.NewCalls(g.services)
	httpapi.New(httpapi.Deps{
		Services: calls, Admission: admit, Responder: responder, Statements: statement.NewExporter(calls),
		Idempotency: httpapi.NewIdempotencyStore(client, prefix), Documents: store, Log: log,
	}).Register(engine)
	g.handler = engine
	return g
}

func (g *gateway) check(_ context.Context, r contract.CheckKeysRequest) (contract.CheckKeysReply, error) {
	if g.held != nil {
		<-g.held
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked++
	var reply contract.CheckKeysReply
	for _, d := range r.Digests {
		verdict, ok := g.known[string(d)]
		if !ok {
			verdict = contract.Verdict{Refusal: apierror.APIKeyInvalid}
		}
		reply.Verdicts = append(reply.Verdicts, verdict)
	}
	return reply, nil
}

// key mints a key that auth knows; refusal is what auth says of it.
func (g *gateway) key(kind contract.Kind, refusal apierror.Code) string {
	key := ids.NewAPIKey(kind)
	verdict := contract.Verdict{Refusal: refusal, KeyID: "key_1", Kind: kind, AccountID: "acct_1"}
	if kind != contract.KindAccount {
		verdict.Environment = &contract.Environment{ID: "env_1", Name: "E", Type: contract.Sandbox, AccountID: "acct_1", CreatedAt: time.Unix(0, 0).UTC()}
	}
	if kind == contract.KindLive {
		verdict.Environment.Type = contract.Live
	}
	sha := ids.DigestAPIKey(key)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.known[string(sha[:])] = verdict
	return key
}

type answer struct {
	*httptest.ResponseRecorder
	Error     string
	Message   string
	Action    string
	Docs      string
	RequestID string `json:"request_id"`
	Context   map[string]any
}

func (g *gateway) do(t *testing.T, method, path, key, body string, headers ...string) answer {
	t.Helper()
	return g.send(t, method, path, key, "application/json", []byte(body), headers...)
}

func (g *gateway) send(t *testing.T, method, path, key, contentType string, body []byte, headers ...string) answer {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, path, bytes.NewReader(body))
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	if len(body) > 0 {
		request.Header.Set("Content-Type", contentType)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return g.answer(t, request)
}

// with asks with these Authorization headers.
func (g *gateway) with(t *testing.T, authorization []string) answer {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/environment", http.NoBody)
	request.Header["Authorization"] = authorization
	return g.answer(t, request)
}

func (g *gateway) answer(t *testing.T, request *http.Request) answer {
	t.Helper()
	got := answer{ResponseRecorder: httptest.NewRecorder()}
	g.handler.ServeHTTP(got.ResponseRecorder, request)
	if got.Code >= 400 && strings.HasPrefix(got.Header().Get("Content-Type"), "application/json") {
		require.NoError(t, json.Unmarshal(got.Body.Bytes(), &got), "%s", got.Body)
	}
	return got
}

// form builds a multipart body from name and value pairs; the name "file" makes a file.
func form(t *testing.T, pairs ...string) (contentType string, body []byte) {
	t.Helper()
	var buffer bytes.Buffer
	w := multipart.NewWriter(&buffer)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] == "file" {
			part, err := w.CreateFormFile("file", "f.txt")
			require.NoError(t, err)
			_, err = part.Write([]byte(pairs[i+1]))
			require.NoError(t, err)
			continue
		}
		require.NoError(t, w.WriteField(pairs[i], pairs[i+1]))
	}
	require.NoError(t, w.Close())
	return w.FormDataContentType(), buffer.Bytes()
}
