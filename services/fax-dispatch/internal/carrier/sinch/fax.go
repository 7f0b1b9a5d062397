package sinch

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
)

const attemptLabel = "attempt"

// faxResource has the fields that we use of Sinch' fax resource.
type faxResource struct {
	ID        string            `json:"id"`
	Status    string            `json:"status"`
	ErrorType string            `json:"errorType"`
	ErrorCode number            `json:"errorCode"`
	Labels    map[string]string `json:"labels"`
}

// number is a whole number that older API versions write as text.
type number int

func (n *number) UnmarshalJSON(raw []byte) error {
	text := strings.Trim(string(raw), `"`)
	if text == "" || text == "null" {
		return nil
	}
	value, err := strconv.Atoi(text)
	*n = number(value)
	return err
}

func (f faxResource) report() carrier.Report {
	report := carrier.Report{Knowledge: carrier.Running, Ref: f.ID}
	switch f.Status {
	case "COMPLETED":
		report.Knowledge, report.Outcome = carrier.Ended, fax.Outcome{}
	case "FAILURE":
		report.Knowledge, report.Outcome = carrier.Ended, failure(f.ErrorType, int(f.ErrorCode))
	}
	return report
}

// Receive implements carrier.Receiver. Sinch does not sign callbacks: the callback URL has a secret, and only the id of
// the fax is used. The rest is read from the API.
func (c *Carrier) Receive(ctx context.Context, delivery carrier.Delivery) (carrier.Update, error) {
	if c.cfg.Secret == "" || subtle.ConstantTimeCompare([]byte(delivery.Secret), []byte(c.cfg.Secret)) != 1 {
		return carrier.Update{}, carrier.ErrForged
	}
	id := idOf(delivery.Body)
	if id == "" {
		return carrier.Update{}, carrier.ErrForged
	}
	found, known, err := c.fax(ctx, id)
	if err != nil || !known {
		return carrier.Update{}, err
	}
	return carrier.Update{AttemptID: found.Labels[attemptLabel], Report: found.report()}, nil
}

// idOf returns the id of the fax that an event is about, empty for anything else. The event may be cut off in the document at
// its end.
func idOf(event []byte) string {
	decoder := json.NewDecoder(bytes.NewReader(event))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return ""
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return ""
		}
		var value json.RawMessage
		if decoder.Decode(&value) != nil {
			return ""
		}
		if name == "fax" {
			var named faxResource
			_ = json.Unmarshal(value, &named) // what is not read stays empty
			return named.ID
		}
	}
	return ""
}
