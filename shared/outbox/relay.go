package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

const (
	batch        = 100
	pollInterval = time.Second
	publishLimit = 5 * time.Second
	countEvery   = 30 * time.Second // for the metric
	mostAttempts = 60               // of a message that no queue accepts, about a minute: its queue may be declared late
)

// Relay publishes the messages of one schema's outbox and deletes those that the broker has confirmed.
// Several relays may run on one outbox: each locks the rows that it publishes.
type Relay struct {
	db        *gorm.DB
	table     string
	publisher *bus.Publisher
	log       *slog.Logger
	wake      chan struct{}
	aside     prometheus.Gauge
	counted   time.Time
}

// NewRelay returns a relay for the outbox of schema. It registers a metric of the messages set aside.
func NewRelay(db *gorm.DB, schema string, publisher *bus.Publisher, log *slog.Logger, metrics prometheus.Registerer) *Relay {
	r := &Relay{db: db, table: schema + ".outbox", publisher: publisher, log: log, wake: make(chan struct{}, 1)}
	r.aside = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "mintfax_outbox_set_aside", Help: "Outbox messages that could not be published and need an operator.",
	})
	metrics.MustRegister(r.aside)
	return r
}

// Wake makes the relay read the outbox now. Call it after a commit that wrote messages.
func (r *Relay) Wake() {
	select {
	case r.wake <- struct{}{}:
	default: // a wake-up is already pending
	}
}

// Run relays until ctx is done. An outage of the broker or the database delays messages and loses none.
func (r *Relay) Run(ctx context.Context) error {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		r.drain(ctx)
		r.countAside(ctx)
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
				r.log.WarnContext(ctx, "the outbox could not be relayed; retrying", "table", r.table, "error", err)
			}
			return
		}
		if sent == 0 {
			return
		}
	}
}

// relayBatch locks rows, publishes them and deletes the confirmed ones, in one transaction. If the process
// or a server dies between publishing and deleting, the message is published again with the same id. It
// returns the number of deleted rows.
func (r *Relay) relayBatch(ctx context.Context) (int, error) {
	done := 0
	err := r.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		var rows []row
		query := `SELECT * FROM ` + r.table + ` WHERE set_aside_at IS NULL ORDER BY attempts, id LIMIT ? FOR UPDATE SKIP LOCKED`
		if err := tx.Raw(query, batch).Scan(&rows).Error; err != nil {
			return err
		}
		if len(rows) == 0 {
			return nil
		}
		crashpoint.Here(crashpoint.OutboxClaimed)
		outcome := r.publish(ctx, rows)
		crashpoint.Here(crashpoint.OutboxPublished)
		done = len(outcome.confirmed)
		if err := r.settle(ctx, tx, outcome); err != nil {
			return err
		}
		if len(outcome.confirmed) == 0 {
			return outcome.away
		}
		if outcome.away != nil {
			r.log.WarnContext(ctx, "some messages were not confirmed; they stay in the outbox", "table", r.table, "error", outcome.away)
		}
		return nil
	})
	if done > 0 {
		crashpoint.Here(crashpoint.OutboxDeleted)
	}
	return done, err
}

// outcome is the result for the claimed rows. Rows in neither list stay: the broker was unavailable.
type outcome struct {
	confirmed []int64
	refused   []refusal
	away      error
}

// refusal is a row that cannot be published: never (forever), or not yet.
type refusal struct {
	row     row
	problem error
	forever bool
}

func (r *Relay) publish(ctx context.Context, rows []row) (o outcome) {
	ctx, cancel := context.WithTimeout(ctx, publishLimit)
	defer cancel()
	messages := make([]bus.Message, len(rows))
	for i, m := range rows {
		messages[i] = bus.Message{
			ID: m.MessageID, Kind: m.Kind, Name: m.Name, Body: []byte(m.Body),
			Headers: map[string]string{"request_id": m.RequestID},
		}
	}
	for i, err := range r.publisher.PublishAll(ctx, messages) {
		switch {
		case err == nil:
			o.confirmed = append(o.confirmed, rows[i].ID)
		case bus.IsPermanent(err):
			o.refused = append(o.refused, refusal{rows[i], err, true})
		case bus.IsUnrouted(err):
			o.refused = append(o.refused, refusal{rows[i], err, rows[i].Attempts+1 >= mostAttempts})
		default:
			o.away = errors.Join(o.away, fmt.Errorf("%s: %w", rows[i].Name, err))
		}
	}
	return o
}

// settle deletes confirmed rows. For refused rows it counts the attempt or sets the row aside.
func (r *Relay) settle(ctx context.Context, tx *gorm.DB, o outcome) error {
	if len(o.confirmed) > 0 {
		if err := tx.Exec(`DELETE FROM `+r.table+` WHERE id IN ?`, o.confirmed).Error; err != nil {
			return err
		}
	}
	for _, refused := range o.refused {
		if refused.forever {
			r.log.ErrorContext(ctx, "a message cannot be published and was set aside in the outbox", "table", r.table,
				"name", refused.row.Name, "message_id", refused.row.MessageID, "error", refused.problem)
			r.counted = time.Time{}
		}
		err := tx.Exec(`UPDATE `+r.table+` SET attempts = attempts + 1, problem = ?, set_aside_at = CASE WHEN ? THEN now() END WHERE id = ?`,
			refused.problem.Error(), refused.forever, refused.row.ID).Error
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *Relay) countAside(ctx context.Context) {
	if time.Since(r.counted) < countEvery || ctx.Err() != nil {
		return
	}
	var n int64
	if err := r.db.WithContext(ctx).Raw(`SELECT count(*) FROM ` + r.table + ` WHERE set_aside_at IS NOT NULL`).Scan(&n).Error; err != nil {
		return // drain logs an outage of the database
	}
	r.counted = time.Now()
	r.aside.Set(float64(n))
}
