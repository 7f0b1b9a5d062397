package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

const (
	batch        = 100
	pollInterval = time.Second
	publishLimit = 5 * time.Second
)

// Relay publishes what is in one schema's outbox and deletes what the broker has confirmed. Several
// may run on one outbox: a row is in one relay's hands at a time.
type Relay struct {
	db        *gorm.DB
	table     string
	publisher *bus.Publisher
	log       *slog.Logger
	wake      chan struct{}
}

// NewRelay returns a relay for the outbox of schema.
func NewRelay(db *gorm.DB, schema string, publisher *bus.Publisher, log *slog.Logger) *Relay {
	return &Relay{db: db, table: schema + ".outbox", publisher: publisher, log: log, wake: make(chan struct{}, 1)}
}

// Wake makes the relay look now. Call it after a commit that wrote messages.
func (r *Relay) Wake() {
	select {
	case r.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// Run relays until ctx is done. A broker or a database that is away delays messages and loses none.
func (r *Relay) Run(ctx context.Context) error {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		r.drain(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-r.wake:
		case <-ticker.C:
		}
	}
}

func (r *Relay) drain(ctx context.Context) {
	for ctx.Err() == nil {
		sent, err := r.relayBatch(ctx)
		if err != nil {
			if ctx.Err() == nil {
				r.log.WarnContext(ctx, "the outbox could not be relayed; it will be tried again", "table", r.table, "error", err)
			}
			return
		}
		if sent < batch {
			return
		}
	}
}

// relayBatch claims rows, publishes them and deletes the confirmed ones, in one transaction. What was
// published but not deleted, because the process or a server died in between, is published again
// under the same message id.
func (r *Relay) relayBatch(ctx context.Context) (int, error) {
	claimed := 0
	err := r.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		var rows []row
		query := `SELECT * FROM ` + r.table + ` ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED`
		if err := tx.Raw(query, batch).Scan(&rows).Error; err != nil {
			return err
		}
		claimed = len(rows)
		if claimed == 0 {
			return nil
		}
		crashpoint.Here(crashpoint.OutboxClaimed)
		confirmed, publishErr := r.publish(ctx, rows)
		crashpoint.Here(crashpoint.OutboxPublished)
		if len(confirmed) == 0 {
			return publishErr
		}
		if err := tx.Exec(`DELETE FROM `+r.table+` WHERE id IN ?`, confirmed).Error; err != nil {
			return err
		}
		if publishErr != nil {
			r.log.WarnContext(ctx, "some messages were not confirmed; they stay in the outbox", "table", r.table, "error", publishErr)
			claimed = 0 // the rest waits for the next tick
		}
		return nil
	})
	if claimed > 0 {
		crashpoint.Here(crashpoint.OutboxDeleted)
	}
	return claimed, err
}

func (r *Relay) publish(ctx context.Context, rows []row) ([]int64, error) {
	ctx, cancel := context.WithTimeout(ctx, publishLimit)
	defer cancel()
	messages := make([]bus.Message, len(rows))
	for i, m := range rows {
		messages[i] = bus.Message{
			ID: m.MessageID, Kind: m.Kind, Name: m.Name, Body: []byte(m.Body),
			Delay:   time.Duration(m.DelayMS) * time.Millisecond,
			Headers: map[string]string{"request_id": m.RequestID},
		}
	}
	var confirmed []int64
	var problems []error
	for i, err := range r.publisher.PublishAll(ctx, messages) {
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", rows[i].Name, err))
			continue
		}
		confirmed = append(confirmed, rows[i].ID)
	}
	return confirmed, errors.Join(problems...)
}
