package outbox

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/telemetry"
)

// Message is an event or a piece of work that waits to be published.
type Message struct {
	kind string
	name string
	body any
}

// Event returns a message that publishes an event.
func Event[T any](name contract.Event[T], body T) Message {
	return Message{kind: kindEvent, name: string(name), body: body}
}

// Work returns a message that requests work.
func Work[T any](name contract.Work[T], body T) Message {
	return Message{kind: kindWork, name: string(name), body: body}
}

const (
	kindEvent = "event"
	kindWork  = "work"
)

// Add writes messages to the outbox of a schema, inside tx. Nothing is published unless tx commits.
func Add(ctx context.Context, tx *gorm.DB, schema string, messages ...Message) error {
	rows := make([]row, 0, len(messages))
	for _, m := range messages {
		if v, ok := m.body.(contract.Validator); ok {
			if err := v.Validate(); err != nil {
				return fmt.Errorf("outbox: %s: %w", m.name, err)
			}
		}
		body, err := json.Marshal(m.body)
		if err != nil {
			return fmt.Errorf("outbox: %s: %w", m.name, err)
		}
		rows = append(rows, row{
			MessageID: ids.New(ids.Event), Kind: m.kind, Name: m.name, Body: string(body),
			RequestID: telemetry.RequestID(ctx),
		})
	}
	if err := tx.WithContext(ctx).Table(schema + ".outbox").Create(&rows).Error; err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	return nil
}

// row is one line of a schema's outbox table.
type row struct {
	ID        int64 `gorm:"primaryKey;<-:false"`
	MessageID string
	Kind      string
	Name      string
	Body      string `gorm:"type:jsonb"`
	RequestID string
	Attempts  int `gorm:"<-:false"`
}
