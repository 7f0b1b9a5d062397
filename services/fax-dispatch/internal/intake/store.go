package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/settings"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
	"github.com/mintfax/mintfax/shared/outbox"
	"github.com/mintfax/mintfax/shared/postgres"
)

// keyAge is how long an idempotency key stays bound to its request.
const keyAge = 24 * time.Hour

var (
	errKeyTaken  = errors.New("the idempotency key is taken")
	errOvertaken = errors.New("the submission was abandoned meanwhile")
)

// Store keeps submissions.
type Store struct {
	db *gorm.DB
}

// NewStore returns a store on the fax schema.
func NewStore(db *gorm.DB) Store { return Store{db} }

// create writes a draft as accepting, with its document and its idempotency key.
func (s Store) create(ctx context.Context, d draft) (createdAt time.Time, err error) {
	tags, err := json.Marshal(d.submitted().Fax.Tags)
	if err != nil {
		return time.Time{}, err
	}
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		r := d.request
		set, err := settings.Of(tx, r.Tenant.AccountID)
		if err != nil {
			return err
		}
		if err := d.limits.spend(tx, d, set.DailySpendCap); err != nil {
			return err
		}
		err = tx.Raw(`
			INSERT INTO fax.faxes (id, account_id, environment_id, environment_type, status, to_number, pages, rate, hold_amount,
				carrier, max_attempts, webhook_url, csid, page_size, resolution, optimize_for, tags, idempotency_key,
				resent_from, zero_footprint)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, ''), ?, nullif(?, ''), ?, ?)
			RETURNING created_at`,
			d.id, r.Tenant.AccountID, r.Tenant.EnvironmentID, r.Tenant.EnvironmentType, fax.Accepting, r.To, d.billed(), d.rate, d.holdAmount(),
			d.carrier, d.attempts, r.WebhookURL, r.CSID, r.PageSize, r.Resolution, r.OptimizeFor, string(tags), r.IdempotencyKey,
			d.resentFrom, set.ZeroFootprint,
		).Scan(&createdAt).Error
		if err != nil {
			return fmt.Errorf("write a submission: %w", err)
		}
		if err := addDocument(tx, d); err != nil {
			return err
		}
		return claimKey(tx, d)
	})
	return createdAt.UTC(), err
}

func addDocument(tx *gorm.DB, d draft) error {
	err := tx.Exec(`
		INSERT INTO fax.documents (id, fax_id, position, content_type, size, sha256, pages, wrapped_key) VALUES (?, ?, 0, ?, ?, ?, ?, ?)`,
		d.document.ID, d.id, string(document.TIFF), d.document.Size, d.document.SHA256, d.pages, d.document.WrappedKey).Error
	if err != nil {
		return fmt.Errorf("write a document: %w", err)
	}
	return nil
}

// claimKey waits for a concurrent submission with the same key, and loses to it.
func claimKey(tx *gorm.DB, d draft) error {
	if d.request.IdempotencyKey == "" {
		return nil
	}
	claimed := tx.Exec(`
		INSERT INTO fax.idempotency_keys AS known (environment_id, key, fingerprint, fax_id) VALUES (?, ?, ?, ?)
		ON CONFLICT (environment_id, key) DO UPDATE
			SET fingerprint = excluded.fingerprint, fax_id = excluded.fax_id, created_at = excluded.created_at
			WHERE known.created_at < now() - make_interval(secs => ?)`,
		d.request.Tenant.EnvironmentID, d.request.IdempotencyKey, d.request.Fingerprint, d.id, keyAge.Seconds())
	if claimed.Error != nil {
		return fmt.Errorf("claim an idempotency key: %w", claimed.Error)
	}
	if claimed.RowsAffected == 0 {
		return errKeyTaken
	}
	return nil
}

// accept turns a submission into a fax, with its event and the work of its first attempt.
func (s Store) accept(ctx context.Context, d draft) error {
	return postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		step := fax.Accept()
		accepted := tx.Exec(`UPDATE fax.faxes SET status = ?, next_attempt_at = now(), given_at = now(), updated_at = now() WHERE id = ? AND status IN ?`,
			step.To, d.id, step.From)
		if accepted.Error != nil {
			return fmt.Errorf("accept a fax: %w", accepted.Error)
		}
		if accepted.RowsAffected == 0 {
			return errOvertaken
		}
		err := outbox.Add(ctx, tx, "fax",
			outbox.Event(contract.FaxQueued, contract.FaxEvent{
				Tenant: d.request.Tenant, FaxID: d.id, Status: step.To, Pages: d.billed(), OccurredAt: time.Now().UTC(),
			}),
			outbox.Work(contract.DispatchFax, contract.DispatchFaxWork{FaxID: d.id, AttemptNumber: 1}))
		crashpoint.Here(crashpoint.SubmissionBeforeCommit)
		return err
	})
}
