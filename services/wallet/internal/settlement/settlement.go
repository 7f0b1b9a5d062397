package settlement

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres"
)

const (
	// A message is never redelivered after this long: its queue would have dead-lettered it.
	remember       = 7 * 24 * time.Hour
	forgetInterval = time.Hour
)

// Settler captures and releases holds as faxes end.
type Settler struct {
	db  *postgres.DB
	log *slog.Logger
}

// New returns a settler on the wallet's database.
func New(db *postgres.DB, log *slog.Logger) *Settler {
	return &Settler{db: db, log: log}
}

// Capture makes the hold of a delivered fax a charge.
func (s *Settler) Capture(ctx context.Context, messageID string, event contract.FaxEvent) error {
	return s.settle(ctx, messageID, event.FaxID, ledger.Capture)
}

// Release gives back the hold of a fax that failed or was canceled.
func (s *Settler) Release(ctx context.Context, messageID string, event contract.FaxEvent) error {
	return s.settle(ctx, messageID, event.FaxID, ledger.Release)
}

type operation func(ctx context.Context, tx *postgres.DB, reference string) (ledger.Pool, error)

// settle records the message in the transaction of its effect, so that a repeat does nothing.
func (s *Settler) settle(ctx context.Context, messageID, faxID string, resolve operation) error {
	err := postgres.InTx(ctx, s.db, func(tx *postgres.DB) error {
		fresh, err := store{tx}.remember(messageID)
		if err != nil || !fresh {
			return err
		}
		_, err = resolve(ctx, tx, faxID)
		crashpoint.Here(crashpoint.SettlementBeforeCommit)
		return err
	})
	crashpoint.Here(crashpoint.SettlementCommitted)
	var refused *ledger.OutcomeError
	if errors.As(err, &refused) {
		return bus.Permanent(err) // the ledger says otherwise: for a person to look at
	}
	return err
}

// ForgetOldMessages deletes remembered message ids that can no longer come again, until ctx is done.
func (s *Settler) ForgetOldMessages(ctx context.Context) error {
	ticker := time.NewTicker(forgetInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if err := (store{s.db.WithContext(ctx)}).forget(remember); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "old message ids were not deleted", "error", err)
		}
	}
}
