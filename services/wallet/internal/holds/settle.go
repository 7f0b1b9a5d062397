package holds

import (
	"context"
	"errors"
	"time"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres"
)

// inboxRetention is longer than a message can be redelivered: its queue dead-letters it before.
const inboxRetention = 7 * 24 * time.Hour

// Capture charges the hold of a delivered fax.
func (s *Service) Capture(ctx context.Context, messageID string, event contract.FaxEvent) error {
	return s.settle(ctx, messageID, event.FaxID, ledger.Capture)
}

// Release returns the held credits of a fax that failed or was canceled.
func (s *Service) Release(ctx context.Context, messageID string, event contract.FaxEvent) error {
	return s.settle(ctx, messageID, event.FaxID, ledger.Release)
}

type operation func(ctx context.Context, tx *postgres.DB, reference string) (ledger.Pool, error)

// settle records the message in the transaction of its effect, so that a redelivered message has none.
func (s *Service) settle(ctx context.Context, messageID, faxID string, resolve operation) error {
	err := postgres.InTx(ctx, s.db, func(tx *postgres.DB) error {
		first, err := store{tx}.recordMessage(messageID)
		if err != nil || !first {
			return err
		}
		_, err = resolve(ctx, tx, faxID)
		crashpoint.Here(crashpoint.SettlementBeforeCommit)
		return err
	})
	crashpoint.Here(crashpoint.SettlementCommitted)
	var refused *ledger.OutcomeError
	if errors.As(err, &refused) {
		return bus.Permanent(err) // the event contradicts the ledger; an operator has to look at it
	}
	return err
}

// DeleteOldMessages deletes the ids of messages that can no longer be redelivered.
func (s *Service) DeleteOldMessages(ctx context.Context) error {
	return store{s.db.WithContext(ctx)}.deleteMessages(inboxRetention)
}
