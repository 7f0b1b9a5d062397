package statement

import (
	"context"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// The media types of a statement.
const (
	JSON = "application/json"
	CSV  = "text/csv"
	PDF  = "application/pdf"
)

// Exporter writes statements as documents, a limited number at a time for each account.
type Exporter struct {
	services    bus.Caller
	concurrency *admission.Concurrency
}

// NewExporter returns an exporter.
func NewExporter(services bus.Caller) *Exporter {
	return &Exporter{services: services, concurrency: admission.NewConcurrency(admission.MaxStatements)}
}

// Document opens the statement of an account's month as a media type. It must be streamed or closed. Errors:
// validation_failed for a month that has not begun; rate_limit_exceeded.
func (e *Exporter) Document(ctx context.Context, accountID string, month contract.Month, media string) (*edge.Document, error) {
	release, err := e.concurrency.Acquire(accountID)
	if err != nil {
		return nil, err
	}
	opened, err := Open(ctx, e.services, accountID, month)
	if err != nil {
		release()
		return nil, err
	}
	document := opened.as(media)
	document.Close = release
	return document, nil
}

func (s *Statement) as(media string) *edge.Document {
	name := "mintfax-statement-" + string(s.Month)
	switch media {
	case CSV:
		return &edge.Document{ContentType: "text/csv; charset=utf-8; header=present", FileName: name + ".csv", Write: s.WriteCSV}
	case PDF:
		return &edge.Document{ContentType: PDF, FileName: name + ".pdf", Write: s.WritePDF}
	default:
		return &edge.Document{ContentType: "application/json; charset=utf-8", Write: s.WriteJSON}
	}
}
