package telnyx

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/documents"
)

// Name is how routes name this carrier.
const Name = "telnyx"

// BaseURL is where Telnyx is.
const BaseURL = "https://api.telnyx.com/v2"

// Config is an account with Telnyx.
type Config struct {
	APIKey       string
	ConnectionID string // of the fax application
	From         string // E.164, one of the account's numbers
	PublicKey    []byte // Ed25519, of 32 bytes; verifies callbacks
	BaseURL      string // BaseURL, but for tests
}

// Carrier is Telnyx.
type Carrier struct {
	cfg       Config
	documents *documents.Store
	client    *http.Client
}

// New returns the carrier with an account. It reads documents from the store.
func New(cfg Config, storage *documents.Store) *Carrier {
	return &Carrier{cfg: cfg, documents: storage, client: carrier.Client(carrier.Patience)}
}

// Name implements carrier.Carrier.
func (*Carrier) Name() string { return Name }

// Send implements carrier.Carrier. The request carries the pages, so that Telnyx need not fetch them.
func (c *Carrier) Send(ctx context.Context, call carrier.Call) (carrier.Report, error) {
	ctx, cancel := context.WithTimeout(ctx, carrier.SendLimit(call.Document.Size))
	defer cancel()
	document, err := c.documents.Read(ctx, call.Document)
	if carrier.Unreadable(err) {
		return carrier.End(fax.Failed(fax.DocumentError, "unreadable")), nil
	}
	if err != nil {
		return carrier.Report{}, fmt.Errorf("%w: %w", carrier.ErrNotPlaced, err)
	}
	form, size, contentType := c.form(call, document)
	var placed struct {
		Data faxResource `json:"data"`
	}
	status, refusal, err := c.place(ctx, form, size, contentType, &placed)
	switch {
	case carrier.Unreadable(err):
		return carrier.End(fax.Failed(fax.DocumentError, "unreadable")), nil
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

// refused returns the outcome of a request that Telnyx rejects, by its error code.
func refused(code string) fax.Outcome {
	switch code {
	case "10002", "10016": // no phone number, not in E.164
		return fax.Failed(fax.InvalidNumber, code)
	default:
		return fax.Failed(fax.Rejected, code)
	}
}

// Lookup implements carrier.Carrier. A call whose id never came is looked for among those to its number. Calls of the attempt
// that found no free channel count as not placed: another one may have followed.
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
			if found.attempt() != placed.AttemptID {
				continue
			}
			if report := found.report(); !report.Outcome.NoChannel {
				return report, nil
			}
		}
		if page >= list.Meta.TotalPages {
			break
		}
	}
	if time.Since(placed.At) < carrier.Certain(placed.Size) {
		return carrier.Report{Knowledge: carrier.Running}, nil
	}
	return carrier.Report{Knowledge: carrier.NeverPlaced}, nil
}

func (c *Carrier) get(ctx context.Context, id string) (carrier.Report, error) {
	var found struct {
		Data faxResource `json:"data"`
	}
	status, refusal, err := c.ask(ctx, "/faxes/"+url.PathEscape(id), &found)
	switch {
	case err != nil:
		return carrier.Report{}, err
	case status == http.StatusNotFound:
		return carrier.Report{Ref: id}, nil // it was placed, and its outcome is lost
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
	status, refusal, err := c.ask(ctx, "/faxes?"+query.Encode(), &list)
	if err == nil && status >= 300 {
		err = noAnswer(status, refusal)
	}
	return list, err
}

// noAnswer returns the error for a question that Telnyx does not answer.
func noAnswer(status int, refusal string) error {
	if err := carrier.AccountStatus(status); err != nil {
		return fmt.Errorf("telnyx: %w", err)
	}
	return fmt.Errorf("telnyx answers %d %s", status, refusal)
}
