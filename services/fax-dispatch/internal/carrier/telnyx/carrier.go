package telnyx

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/outcome"
	"github.com/mintfax/mintfax/shared/documents"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// Name is how routes name this carrier.
const Name = "telnyx"

// BaseURL is where Telnyx is.
const BaseURL = "https://api.telnyx.com/v2"

const (
	patience = 15 * time.Second // for an answer
	// certain is how long after a call was asked for its absence is believed: an answer may have been lost, and the
	// list may be late.
	certain = 30 * time.Second
)

// Config is an account with Telnyx.
type Config struct {
	APIKey       string
	ConnectionID string // of the fax application
	From         string // E.164, one of the account's numbers
	PublicKey    []byte // Ed25519, of 32 bytes; signs what Telnyx tells
	BaseURL      string // BaseURL, but for tests
}

// Carrier is Telnyx.
type Carrier struct {
	cfg       Config
	documents *documents.Store
	client    *http.Client
	certain   time.Duration
}

// New returns the carrier with an account. It reads documents from the store.
func New(cfg Config, storage *documents.Store) *Carrier {
	return &Carrier{cfg: cfg, documents: storage, client: carrier.Client(patience), certain: certain}
}

// Name implements carrier.Carrier.
func (*Carrier) Name() string { return Name }

// Send implements carrier.Carrier. The pages go with the request, so that Telnyx need not fetch them.
func (c *Carrier) Send(ctx context.Context, call carrier.Call) (carrier.Report, error) {
	document, err := c.documents.Read(ctx, call.Document)
	if errors.Is(err, documents.ErrNotFound) || errors.Is(err, documents.ErrDamaged) {
		return carrier.End(outcome.Failed(outcome.DocumentError, "unreadable")), nil
	}
	if err != nil {
		return carrier.Report{}, fmt.Errorf("%w: %w", carrier.ErrNotPlaced, err)
	}
	defer document.Close()
	body, contentType := c.form(call, document)
	defer body.Close()
	var placed struct {
		Data fax `json:"data"`
	}
	status, refusal, err := c.do(ctx, http.MethodPost, "/faxes", contentType, body, &placed)
	switch {
	case carrier.NotConnected(err):
		return carrier.Report{}, fmt.Errorf("%w: %w", carrier.ErrNotPlaced, err)
	case err != nil:
		return carrier.Report{}, err
	case status >= 300:
		return carrier.Refused(Name, status, refusal, refused(refusal))
	case placed.Data.ID == "":
		return carrier.Report{}, errors.New("telnyx answers without a fax")
	}
	return placed.Data.report(), nil
}

// refused is the outcome of a request that Telnyx does not take, by the code of its error.
func refused(code string) outcome.Outcome {
	switch code {
	case "10002", "10016": // no phone number, not in E.164
		return outcome.Failed(outcome.InvalidNumber, code)
	default:
		return outcome.Failed(outcome.Rejected, code)
	}
}

// form writes the request while it is sent.
func (c *Carrier) form(call carrier.Call, document io.Reader) (body io.ReadCloser, contentType string) {
	from, to := io.Pipe()
	form := multipart.NewWriter(to)
	quality := "high"
	if call.Resolution == faxpage.Standard {
		quality = "normal"
	}
	fields := [][2]string{
		{"connection_id", c.cfg.ConnectionID},
		{"from", c.cfg.From},
		{"to", call.To},
		{"quality", quality},
		{"store_media", "false"},
		{"client_state", base64.StdEncoding.EncodeToString([]byte(call.AttemptID))},
	}
	if name := displayName(call.CSID); name != "" {
		fields = append(fields, [2]string{"from_display_name", name})
	}
	if slices.Contains(call.Earlier, badECM) {
		fields = append(fields, [2]string{"t38_enabled", "false"})
	}
	go func() {
		defer func() {
			if cause := recover(); cause != nil {
				to.CloseWithError(fmt.Errorf("writing the request panicked: %v", cause))
			}
		}()
		to.CloseWithError(write(form, fields, document))
	}()
	return from, form.FormDataContentType()
}

// displayName is a sender's id without what Telnyx refuses in a name: it takes letters, digits, spaces and -_~!.+ only.
func displayName(csid string) string {
	kept := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("-_~!.+", r):
			return r
		case r == '\'': // so that St. Mary's stays one word
			return -1
		default:
			return ' '
		}
	}, csid)
	return strings.Join(strings.Fields(kept), " ")
}

func write(form *multipart.Writer, fields [][2]string, document io.Reader) error {
	for _, field := range fields {
		if err := form.WriteField(field[0], field[1]); err != nil {
			return err
		}
	}
	part, err := form.CreateFormFile("contents", "fax.tif")
	if err != nil {
		return err
	}
	if _, err := io.Copy(part, document); err != nil {
		return err
	}
	return form.Close()
}

// Lookup implements carrier.Carrier. A call whose id never came is looked for among those to its number.
func (c *Carrier) Lookup(ctx context.Context, placed carrier.Placed) (carrier.Report, error) {
	if placed.Ref != "" {
		return c.get(ctx, placed.Ref)
	}
	for page := 1; ; page++ {
		list, err := c.list(ctx, placed, page)
		if err != nil {
			return carrier.Report{}, err
		}
		for _, found := range list.Data {
			if found.attempt() == placed.AttemptID {
				return found.report(), nil
			}
		}
		if page >= list.Meta.TotalPages {
			break
		}
	}
	if time.Since(placed.At) < c.certain {
		return carrier.Report{Knowledge: carrier.Running}, nil
	}
	return carrier.Report{Knowledge: carrier.NeverPlaced}, nil
}

func (c *Carrier) get(ctx context.Context, id string) (carrier.Report, error) {
	var found struct {
		Data fax `json:"data"`
	}
	status, refusal, err := c.do(ctx, http.MethodGet, "/faxes/"+url.PathEscape(id), "", nil, &found)
	switch {
	case err != nil:
		return carrier.Report{}, err
	case status == http.StatusNotFound:
		return carrier.Report{Ref: id}, nil // it had it: nobody can tell
	case status >= 300:
		return carrier.Report{}, noAnswer(status, refusal)
	}
	return found.Data.report(), nil
}

func (c *Carrier) list(ctx context.Context, placed carrier.Placed, page int) (faxes, error) {
	const clocks = time.Minute // by how much they may differ
	query := url.Values{
		"filter[to][eq]": {placed.To}, "filter[direction][eq]": {"outbound"},
		"filter[created_at][gte]": {placed.At.Add(-clocks).UTC().Format(time.RFC3339)},
		"page[number]":            {strconv.Itoa(page)}, "page[size]": {"100"},
	}
	var list faxes
	status, refusal, err := c.do(ctx, http.MethodGet, "/faxes?"+query.Encode(), "", nil, &list)
	if err == nil && status >= 300 {
		err = noAnswer(status, refusal)
	}
	return list, err
}

// noAnswer is the error of a question that Telnyx does not answer.
func noAnswer(status int, refusal string) error {
	if err := carrier.AccountStatus(status); err != nil {
		return fmt.Errorf("telnyx: %w", err)
	}
	return fmt.Errorf("telnyx answers %d %s", status, refusal)
}
