package sinch

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
const Name = "sinch"

// BaseURL is the URL of Sinch' API.
const BaseURL = "https://fax.api.sinch.com/v3"

const pageSize = 100

// Config is a project with Sinch.
type Config struct {
	ProjectID, KeyID, KeySecret string
	From                        string // E.164
	CallbackURL                 string // of the gateway; has Secret as its password
	Secret                      string
	BaseURL                     string // BaseURL, except in tests
}

// Carrier is Sinch.
type Carrier struct {
	cfg       Config
	documents *documents.Store
	client    *http.Client
}

// New returns the carrier with a project. It reads documents from the store.
func New(cfg Config, storage *documents.Store) *Carrier {
	return &Carrier{cfg: cfg, documents: storage, client: carrier.Client(carrier.Patience)}
}

// Name implements carrier.Carrier.
func (*Carrier) Name() string { return Name }

// Send implements carrier.Carrier. It disables Sinch' retries: dispatch counts attempts.
func (c *Carrier) Send(ctx context.Context, call carrier.Call) (carrier.Report, error) {
	ctx, cancel := context.WithTimeout(ctx, carrier.SendLimit(encoded(call.Document.Size)))
	defer cancel()
	document, err := c.documents.Read(ctx, call.Document)
	if carrier.Unreadable(err) {
		return carrier.End(fax.Failed(fax.DocumentError, "unreadable")), nil
	}
	if err != nil {
		return carrier.Report{}, fmt.Errorf("%w: %w", carrier.ErrNotPlaced, err)
	}
	body, size, err := c.body(call, document)
	if err != nil {
		return carrier.Report{}, fmt.Errorf("%w: %w", carrier.ErrNotPlaced, err)
	}
	var placed faxResource
	status, refusal, err := c.place(ctx, body, size, &placed)
	switch {
	case carrier.Unreadable(err):
		return carrier.End(fax.Failed(fax.DocumentError, "unreadable")), nil
	case carrier.NotConnected(err):
		return carrier.Report{}, fmt.Errorf("%w: %w", carrier.ErrNotPlaced, err)
	case err != nil:
		return carrier.Report{}, err
	case status >= 300:
		return carrier.Refused(Name, status, refusal, refused(status, refusal))
	case placed.ID == "":
		return carrier.Report{}, errors.New("sinch answers without a fax")
	}
	return placed.report(), nil
}

// refused returns the outcome of a request that Sinch rejects, by the field that it names.
func refused(status int, field string) fax.Outcome {
	word := fmt.Sprintf("http_%d", status)
	if field == "to" {
		return fax.Failed(fax.InvalidNumber, word)
	}
	return fax.Failed(fax.Rejected, word)
}

// Lookup implements carrier.Carrier. It searches for a call without an id among those to its number. Calls of the attempt
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
		for _, found := range list {
			if found.Labels[attemptLabel] != placed.AttemptID {
				continue
			}
			if report := found.report(); !report.Outcome.NoChannel {
				return report, nil
			}
		}
		if len(list) < pageSize {
			break
		}
	}
	if time.Since(placed.At) < carrier.Certain(encoded(placed.Size)) {
		return carrier.Report{Knowledge: carrier.Running}, nil
	}
	return carrier.Report{Knowledge: carrier.NeverPlaced}, nil
}

// list returns one page of the calls to a number. The first page is requested without its number, so that it does not matter
// whether Sinch counts from 0 or 1.
func (c *Carrier) list(ctx context.Context, placed carrier.Placed, page int) ([]faxResource, error) {
	const clocks = time.Minute // by how much they may differ
	query := url.Values{
		"to": {placed.To}, "direction": {"OUTBOUND"}, "pageSize": {strconv.Itoa(pageSize)},
		"createTime>": {placed.At.Add(-clocks).UTC().Format(time.RFC3339)}, // with the = that follows: at or after
	}
	if page > 1 {
		query.Set("page", strconv.Itoa(page))
	}
	var list struct {
		Faxes []faxResource `json:"faxes"`
	}
	status, _, err := c.ask(ctx, "/faxes?"+query.Encode(), &list)
	if err == nil && status >= 300 {
		err = noAnswer(status)
	}
	return list.Faxes, err
}

func (c *Carrier) get(ctx context.Context, id string) (carrier.Report, error) {
	found, known, err := c.fax(ctx, id)
	if err != nil || !known {
		return carrier.Report{Ref: id}, err // it was placed, and its outcome is lost
	}
	return found.report(), nil
}

func (c *Carrier) fax(ctx context.Context, id string) (found faxResource, known bool, err error) {
	status, _, err := c.ask(ctx, "/faxes/"+url.PathEscape(id), &found)
	if err == nil && status >= 300 && status != http.StatusNotFound {
		err = noAnswer(status)
	}
	return found, err == nil && status < 300, err
}

// noAnswer returns the error for a question that Sinch does not answer.
func noAnswer(status int) error {
	if err := carrier.AccountStatus(status); err != nil {
		return fmt.Errorf("sinch: %w", err)
	}
	return fmt.Errorf("sinch answers %d", status)
}
