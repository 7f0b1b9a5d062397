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

	"github.com/mintfax/mintfax/services/gateway/internal/gate"
	"github.com/mintfax/mintfax/services/gateway/internal/httpapi"
	"github.com/mintfax/mintfax/services/gateway/internal/idempotency"
	"github.com/mintfax/mintfax/services/gateway/internal/limits"
	"github.com/mintfax/mintfax/services/gateway/internal/rpc"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/keys"
)

// bench is a gateway whose services are functions that a test sets.
type bench struct {
	rpc     *rpc.Services
	handler http.Handler
	storage string
	log     logged
	metrics *prometheus.Registry

	mu    sync.Mutex
	known map[string]contract.Verdict // by digest
	asked int
	held  chan struct{} // when set, auth answers once it is closed
}

// logged is what a gateway has logged.
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

type option func(*httpapi.Config, *redis.Options)

func setup(t *testing.T, options ...option) *bench {
	t.Helper()
	at := os.Getenv("TEST_REDIS_URL")
	if at == "" {
		t.Fatal("TEST_REDIS_URL is not set: run the tests with `make test`, which starts the servers")
	}
	redisOptions, err := redis.ParseURL(at)
	require.NoError(t, err)
	cfg := httpapi.Config{
		PublicURL: "https://fax.example.com", DocsURL: "https://fax.example.com/docs",
		KeyPerMinute: 1000, AccountPerMinute: 100_000, PerMinute: 1000, Registrations: 1000,
	}
	for _, o := range options {
		o(&cfg, redisOptions)
	}
	client := redis.NewClient(redisOptions)
	t.Cleanup(func() { client.Close() })
	b := &bench{known: map[string]contract.Verdict{}, storage: t.TempDir()}
	b.rpc = &rpc.Services{CheckKeys: b.check}
	store, err := documents.Open(t.Context(), (&url.URL{Scheme: "file", Path: b.storage, RawQuery: "metadata=skip&no_tmp_dir=true"}).String(), bytes.Repeat([]byte("k"), 32))
	require.NoError(t, err)
	t.Cleanup(func() { store.Close() })
	prefix := "test:" + ids.Base62(10) + ":"
	log := slog.New(slog.NewJSONHandler(&b.log, nil))
	metrics := prometheus.NewRegistry()
	b.metrics = metrics
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	require.NoError(t, engine.SetTrustedProxies(nil))
	httpapi.New(cfg, httpapi.Deps{
		RPC: b.rpc, Gate: gate.New(true, gate.Asker(b.check), metrics), Limiter: limits.New(client, prefix, log), Known: limits.NewKnown(client, prefix+"known:", log),
		Idempotency: idempotency.NewStore(client, prefix), Documents: store, Log: log, Metrics: metrics,
	}).Register(engine, func(c *gin.Context, err error) {
		c.String(apierror.Lookup(apierror.CodeOf(err)).Status, "a page")
	})
	b.handler = engine
	return b
}

func (b *bench) check(_ context.Context, r contract.CheckKeysRequest) (contract.CheckKeysReply, error) {
	if b.held != nil {
		<-b.held
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked++
	var reply contract.CheckKeysReply
	for _, d := range r.Digests {
		verdict, ok := b.known[string(d)]
		if !ok {
			verdict = contract.Verdict{Refusal: apierror.APIKeyInvalid}
		}
		reply.Verdicts = append(reply.Verdicts, verdict)
	}
	return reply, nil
}

// key mints a key that auth knows; refusal is what auth says of it.
func (b *bench) key(kind contract.Kind, refusal apierror.Code) string {
	key := keys.Mint(kind)
	verdict := contract.Verdict{Refusal: refusal, KeyID: "key_1", Kind: kind, AccountID: "acct_1"}
	if kind != contract.KindAccount {
		verdict.Environment = &contract.Environment{ID: "env_1", Name: "E", Type: contract.Sandbox, AccountID: "acct_1", CreatedAt: time.Unix(0, 0).UTC()}
	}
	if kind == contract.KindLive {
		verdict.Environment.Type = contract.Live
	}
	sha := keys.Digest(key)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.known[string(sha[:])] = verdict
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

func (b *bench) do(t *testing.T, method, path, key, body string, headers ...string) answer {
	t.Helper()
	return b.send(t, method, path, key, "application/json", []byte(body), headers...)
}

func (b *bench) send(t *testing.T, method, path, key, contentType string, body []byte, headers ...string) answer {
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
	return b.answer(t, request)
}

// with asks with these Authorization headers.
func (b *bench) with(t *testing.T, authorization []string) answer {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/environment", http.NoBody)
	request.Header["Authorization"] = authorization
	return b.answer(t, request)
}

func (b *bench) answer(t *testing.T, request *http.Request) answer {
	t.Helper()
	got := answer{ResponseRecorder: httptest.NewRecorder()}
	b.handler.ServeHTTP(got.ResponseRecorder, request)
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
