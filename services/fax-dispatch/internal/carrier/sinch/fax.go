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

// faxResource is what is needed of Sinch' fax.
type faxResource struct {
	ID        string            `json:"id"`
	Status    string            `json:"status"`
	ErrorType string            `json:"errorType"`
	ErrorCode number            `json:"errorCode"`
	Labels    map[string]string `json:"labels"`
}

// number is a whole number that older versions write as text.
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

// Receive implements carrier.Receiver. Sinch signs nothing: the URL that it was given has a secret, and of what it
// tells only the id is believed. The rest is asked for.
func (c *Carrier) Receive(ctx context.Context, delivery carrier.Delivery) (carrier.News, error) {
	if c.cfg.Secret == "" || subtle.ConstantTimeCompare([]byte(delivery.Secret), []byte(c.cfg.Secret)) != 1 {
		return carrier.News{}, carrier.ErrForged
	}
	id := toldOf(delivery.Body)
	if id == "" {
		return carrier.News{}, carrier.ErrForged
	}
	found, known, err := c.fax(ctx, id)
	if err != nil || !known {
		return carrier.News{}, err
	}
	return carrier.News{AttemptID: found.Labels[attemptLabel], Report: found.report()}, nil
}

// toldOf is the id of the fax that an event is about; empty for what is no event. The document, which comes along, may
// be cut off.
func toldOf(event []byte) string {
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
			var told faxResource
			_ = json.Unmarshal(value, &told) // what is not read stays empty
			return told.ID
		}
	}
	return ""
}
