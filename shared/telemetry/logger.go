package telemetry

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// maxField is the maximum size of a field in bytes. A stack trace fits, and user input cannot fill the disk.
const maxField = 8 << 10

// NewLogger returns a logger that writes JSON lines to w, each with the service's name and, if the context
// has one, the request id. Fields are truncated to 8 KiB. An unknown level means info.
func NewLogger(w io.Writer, service, level string) *slog.Logger {
	var parsed slog.Level
	if err := parsed.UnmarshalText([]byte(level)); err != nil {
		parsed = slog.LevelInfo
	}
	handler := slog.NewJSONHandler(w, &slog.HandlerOptions{Level: parsed, ReplaceAttr: bounded})
	return slog.New(requestHandler{handler}).With("service", service)
}

// bounded truncates a text field in the middle, because both its beginning and its end are informative.
func bounded(_ []string, field slog.Attr) slog.Attr {
	text := ""
	switch value := field.Value.Any().(type) {
	case string:
		text = value
	case error:
		text = value.Error()
	case fmt.Stringer:
		text = value.String()
	}
	if len(text) <= maxField {
		return field
	}
	const half = maxField / 2
	cut := strings.ToValidUTF8(text[:half]+" … "+text[len(text)-half:], "")
	return slog.String(field.Key, cut)
}

// requestHandler adds the request id of the context to every record.
type requestHandler struct{ slog.Handler }

func (h requestHandler) Handle(ctx context.Context, record slog.Record) error {
	if id := RequestID(ctx); id != "" {
		record.AddAttrs(slog.String("request_id", id))
	}
	return h.Handler.Handle(ctx, record)
}

func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}
