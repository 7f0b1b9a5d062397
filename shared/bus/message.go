package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// MaxBody is the largest body of a message in bytes: a Stripe event of 256 KiB in base64, plus some
// overhead. Documents never pass through the broker.
const MaxBody = 384 << 10

const (
	headerDeadline  = "deadline" // Unix milliseconds; an expired call is not executed
	headerRequestID = "request_id"
	headerTries     = "tries"
	headerReason    = "reason" // why a message was dead-lettered
	typeError       = "error"
)

// wireError is the encoding of a catalogue error between services. The cause stays in the log.
type wireError struct {
	Code    apierror.Code  `json:"code"`
	Context map[string]any `json:"context,omitempty"`
}

func (e wireError) encode() []byte {
	encoded, err := json.Marshal(e)
	if err != nil || len(encoded) > MaxBody { // omit a context that does not fit
		encoded, _ = json.Marshal(wireError{Code: e.Code})
	}
	return encoded
}

func encode[T any](name string, body T) ([]byte, error) {
	if err := validate(name, &body); err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return encoded, checkSize(name, encoded)
}

func checkSize(name string, body []byte) error {
	if len(body) > MaxBody {
		return fmt.Errorf("%s: a body of %d bytes is over the limit of %d", name, len(body), MaxBody)
	}
	return nil
}

func decode[T any](name string, body []byte) (T, error) {
	var v T
	if err := json.Unmarshal(body, &v); err != nil {
		return v, fmt.Errorf("%s: %w", name, err)
	}
	return v, validate(name, &v)
}

// validate calls the message's Validate, whether its receiver is the value or the pointer.
func validate[T any](name string, message *T) error {
	validator, ok := any(message).(contract.Validator)
	if !ok {
		validator, ok = any(*message).(contract.Validator)
	}
	if !ok {
		return nil
	}
	if err := validator.Validate(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func headerString(headers amqp.Table, name string) string {
	text, _ := headers[name].(string)
	return text
}

func headerInt(headers amqp.Table, name string) int64 {
	switch n := headers[name].(type) {
	case int64:
		return n
	case int32:
		return int64(n)
	default:
		return 0
	}
}

// deliveryContext returns ctx with the request id of a message.
func deliveryContext(ctx context.Context, d *amqp.Delivery) context.Context {
	if id := headerString(d.Headers, headerRequestID); id != "" {
		return telemetry.WithRequestID(ctx, id)
	}
	return ctx
}

func deadlineOf(d *amqp.Delivery) (time.Time, bool) {
	millis := headerInt(d.Headers, headerDeadline)
	return time.UnixMilli(millis), millis > 0
}
