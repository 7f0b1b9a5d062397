package sinch

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/outcome"
	"github.com/mintfax/mintfax/shared/documents"
)

// Name is how routes name this carrier.
const Name = "sinch"

// BaseURL is where Sinch is.
const BaseURL = "https://fax.api.sinch.com/v3"

const (
	patience = 15 * time.Second // for an answer
	// certain is how long after a call was asked for its absence is believed: an answer may have been lost, and the
	// list may be late.
	certain  = 30 * time.Second
	pageSize = 100
)

// Config is a project with Sinch.
type Config struct {
	ProjectID, KeyID, KeySecret string
	From                        string // E.164
	CallbackURL                 string // where it tells of ends; has Secret in its query
	Secret                      string
	BaseURL                     string // BaseURL, but for tests
}

// Carrier is Sinch.
type Carrier struct {
	cfg       Config
	documents *documents.Store
	client    *http.Client
	certain   time.Duration
}

// New returns the carrier with a project. It reads documents from the store.
func New(cfg Config, storage *documents.Store) *Carrier {
	return &Carrier{cfg: cfg, documents: storage, client: &http.Client{Timeout: patience}, certain: certain}
}

// Name implements carrier.Carrier.
func (*Carrier) Name() string { return Name }

// Send implements carrier.Carrier. Sinch is told not to try again: tries are counted here.
func (c *Carrier) Send(ctx context.Context, call carrier.Call) (carrier.Report, error) {
	body, err := c.request(ctx, call)
	if errors.Is(err, documents.ErrNotFound) || errors.Is(err, documents.ErrDamaged) {
		return carrier.End(outcome.Failed(outcome.DocumentError, "unreadable")), nil
	}
	if err != nil {
		return carrier.Report{}, fmt.Errorf("%w: %w", carrier.ErrNotPlaced, err)
	}
	var placed fax
	status, err := c.do(ctx, http.MethodPost, "/faxes", body, &placed)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED) || errors.As(err, new(*net.DNSError)):
		return carrier.Report{}, fmt.Errorf("%w: %w", carrier.ErrNotPlaced, err)
	case err != nil:
		return carrier.Report{}, err
	case status < 300:
		return placed.report(), nil
	case status == http.StatusTooManyRequests || status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusPaymentRequired:
		return carrier.Report{}, fmt.Errorf("%w: sinch answers %d", carrier.ErrNotPlaced, status)
	case status < 500:
		return carrier.End(outcome.Failed(outcome.Rejected, strconv.Itoa(status))), nil
	default:
		return carrier.Report{}, fmt.Errorf("sinch answers %d", status)
	}
}

func (c *Carrier) request(ctx context.Context, call carrier.Call) ([]byte, error) {
	document, err := c.documents.Read(ctx, call.Document)
	if err != nil {
		return nil, err
	}
	defer document.Close()
	content, err := io.ReadAll(document)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{
		"to": call.To, "from": c.cfg.From, "maxRetries": 0, "resolution": "FINE", "imageConversionMethod": "MONOCHROME",
		"labels": map[string]string{attemptLabel: call.AttemptID}, "callbackUrl": c.cfg.CallbackURL, "callbackUrlContentType": "application/json",
		"files": []map[string]string{{"file": base64.StdEncoding.EncodeToString(content), "fileType": "TIF"}},
	})
}

// Lookup implements carrier.Carrier. A call whose id never came is looked for among those to its number.
func (c *Carrier) Lookup(ctx context.Context, placed carrier.Placed) (carrier.Report, error) {
	if placed.Ref != "" {
		return c.get(ctx, placed.Ref)
	}
	const clocks = time.Minute // by how much they may differ
	for page := 1; ; page++ {
		query := url.Values{
			"to": {placed.To}, "direction": {"OUTBOUND"}, "createTime>": {placed.At.Add(-clocks).UTC().Format(time.RFC3339)},
			"pageSize": {strconv.Itoa(pageSize)}, "page": {strconv.Itoa(page)},
		}
		var list struct {
			Faxes      []fax `json:"faxes"`
			TotalPages int   `json:"totalPages"`
		}
		status, err := c.do(ctx, http.MethodGet, "/faxes?"+query.Encode(), nil, &list)
		if err == nil && status >= 300 {
			err = fmt.Errorf("sinch answers %d", status)
		}
		if err != nil {
			return carrier.Report{}, err
		}
		for _, found := range list.Faxes {
			if found.Labels[attemptLabel] == placed.AttemptID {
				return found.report(), nil
			}
		}
		if page >= list.TotalPages {
			break
		}
	}
	if time.Since(placed.At) < c.certain {
		return carrier.Report{Knowledge: carrier.Running}, nil
	}
	return carrier.Report{Knowledge: carrier.NeverPlaced}, nil
}

func (c *Carrier) get(ctx context.Context, id string) (carrier.Report, error) {
	found, known, err := c.fax(ctx, id)
	if err != nil || !known {
		return carrier.Report{Ref: id}, err // it had it: nobody can tell
	}
	return found.report(), nil
}

func (c *Carrier) fax(ctx context.Context, id string) (found fax, known bool, err error) {
	status, err := c.do(ctx, http.MethodGet, "/faxes/"+url.PathEscape(id), nil, &found)
	if err == nil && status >= 300 && status != http.StatusNotFound {
		err = fmt.Errorf("sinch answers %d", status)
	}
	return found, err == nil && status < 300, err
}

// do asks Sinch. The answer is read when it is no refusal.
func (c *Carrier) do(ctx context.Context, method, path string, body []byte, into any) (status int, err error) {
	request, err := http.NewRequestWithContext(ctx, method, c.cfg.BaseURL+"/projects/"+url.PathEscape(c.cfg.ProjectID)+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.SetBasicAuth(c.cfg.KeyID, c.cfg.KeySecret)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.client.Do(request)
	if err != nil {
		return 0, fmt.Errorf("ask sinch: %w", err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return 0, fmt.Errorf("read the answer of sinch: %w", err)
	}
	if response.StatusCode >= 300 {
		return response.StatusCode, nil
	}
	if err := json.Unmarshal(content, into); err != nil {
		return 0, fmt.Errorf("read the answer of sinch: %w", err)
	}
	return response.StatusCode, nil
}
