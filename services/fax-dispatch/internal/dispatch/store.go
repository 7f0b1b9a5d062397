package dispatch

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/outbox"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Store keeps attempts and moves faxes through their lifecycle.
type Store struct {
	db *gorm.DB
}

// NewStore returns a store on the fax schema.
func NewStore(db *gorm.DB) Store { return Store{db} }

// begin opens an attempt when its fax waits for exactly that one and no other fax precedes it to its number. A fax that has
// to wait is unchanged: the end of the preceding call dispatches it.
func (s Store) begin(ctx context.Context, work contract.DispatchFaxWork) (attempt, bool, error) {
	var begun attempt
	due := false
	err := postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		if err := lockNumber(tx, work.FaxID); err != nil {
			return err
		}
		var rows []attempt
		step := fax.Submit()
		err := tx.Raw(`
			UPDATE fax.faxes f SET status = ?, attempts_made = ?, next_attempt_at = NULL, given_at = NULL,
				submitted_at = coalesce(submitted_at, now()), updated_at = now()
			WHERE id = ? AND status IN ? AND attempts_made = ? AND attempts_made < max_attempts
				AND next_attempt_at <= clock_timestamp() AND NOT `+mustWait+`
			RETURNING id AS fax_id, attempts_made AS number, carrier, `+ofFax,
			step.To, work.AttemptNumber, work.FaxID, step.From, work.AttemptNumber-1).Scan(&rows).Error
		if err != nil {
			return fmt.Errorf("begin an attempt: %w", err)
		}
		if due = len(rows) == 1; !due {
			return nil
		}
		begun = rows[0]
		begun.ID, begun.StartedAt = ids.New(ids.Attempt), time.Now()
		err = tx.Exec(`INSERT INTO fax.attempts (id, fax_id, number, carrier, given_at) VALUES (?, ?, ?, ?, now())`,
			begun.ID, begun.FaxID, begun.Number, begun.Carrier).Error
		if err != nil {
			return fmt.Errorf("write an attempt: %w", err)
		}
		return outbox.Add(ctx, tx, "fax", outbox.Event(contract.FaxSending, begun.event(step.To, "")))
	})
	return begun, due, err
}

// ofFax selects what an attempt needs of its fax and of earlier attempts. Open attempts have no subcode yet.
const ofFax = `f.account_id, f.environment_id, f.environment_type, f.to_number, f.pages, coalesce(f.csid, '') AS csid,
	coalesce(f.resolution, '') AS resolution, f.max_attempts, f.submitted_at AS first_at,
	coalesce((SELECT d.size FROM fax.documents d WHERE d.fax_id = f.id ORDER BY d.position LIMIT 1), 0) AS size,
	coalesce((SELECT string_agg(b.error_subcode, ',' ORDER BY b.number) FROM fax.attempts b WHERE b.fax_id = f.id), '') AS earlier`

const openAttempts = `
	SELECT ` + ofFax + `, a.id, a.fax_id, a.number, a.carrier, a.started_at, a.placed_at, a.rounds,
		coalesce(a.carrier_ref, '') AS carrier_ref, array_to_string(a.refused_by, ',') AS refused_by
	FROM fax.attempts a JOIN fax.faxes f ON f.id = a.fax_id
	WHERE a.outcome IS NULL AND `

// open finds an attempt that was begun and has no outcome.
func (s Store) open(ctx context.Context, work contract.DispatchFaxWork) (attempt, bool, error) {
	return s.find(ctx, openAttempts+`a.fax_id = ? AND a.number = ?`, work.FaxID, work.AttemptNumber)
}

// openByID finds an attempt that has no outcome.
func (s Store) openByID(ctx context.Context, id string) (attempt, bool, error) {
	return s.find(ctx, openAttempts+`a.id = ?`, id)
}

func (s Store) find(ctx context.Context, query string, args ...any) (attempt, bool, error) {
	var rows []attempt
	if err := s.db.WithContext(ctx).Raw(query, args...).Scan(&rows).Error; err != nil {
		return attempt{}, false, fmt.Errorf("read an attempt: %w", err)
	}
	if len(rows) == 0 {
		return attempt{}, false, nil
	}
	return rows[0], true, nil
}

// progress records, before it happens, that the attempt is placed now, and returns the document to send. Of several processes
// that are about to place the same attempt it admits one.
func (s Store) progress(ctx context.Context, a *attempt) (file contract.StagedFile, mine bool, err error) {
	step := fax.Progress()
	err = postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		var placed []time.Time
		err := tx.Raw(`UPDATE fax.attempts SET placed_at = clock_timestamp()
			WHERE id = ? AND outcome IS NULL AND carrier = ? AND placed_at IS NOT DISTINCT FROM ? RETURNING placed_at`,
			a.ID, a.Carrier, a.PlacedAt).Scan(&placed).Error
		if mine = len(placed) == 1; err != nil || !mine {
			return err
		}
		a.PlacedAt = &placed[0]
		return tx.Exec(`
			UPDATE fax.faxes SET status = ?, next_attempt_at = NULL, updated_at = now() WHERE id = ? AND status IN ? AND attempts_made = ?`,
			step.To, a.FaxID, append(step.From, step.To), a.Number).Error
	})
	if err != nil || !mine {
		return file, false, wrap("move a fax to in_progress", err)
	}
	err = s.db.WithContext(ctx).Raw(`SELECT id, size, sha256, wrapped_key FROM fax.documents WHERE fax_id = ? ORDER BY position LIMIT 1`, a.FaxID).
		Scan(&file).Error
	return file, true, wrap("read the document of a fax", err)
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// finish gives an attempt its outcome and takes the step that follows; a retry is due after the wait. It returns false, and
// does nothing, when the attempt has an outcome already.
func (s Store) finish(ctx context.Context, a attempt, result fax.Outcome, step fax.Step, wait time.Duration) (bool, error) {
	first, live := false, a.Tenant.EnvironmentType == contract.Live
	err := postgres.InTx(ctx, s.db, func(tx *gorm.DB) error {
		if live {
			if err := lockNumber(tx, a.FaxID); err != nil {
				return err
			}
		}
		ended := "failed"
		if result.Delivered() {
			ended = "delivered"
		}
		closed := tx.Exec(`
			UPDATE fax.attempts SET outcome = ?, completed_at = now(), error_code = nullif(?, ''),
				error_subcode = nullif(?, ''), error_message = nullif(?, '')
			WHERE id = ? AND outcome IS NULL`,
			ended, string(result.Code), result.Subcode, result.Message(), a.ID)
		if closed.Error != nil {
			return fmt.Errorf("close an attempt: %w", closed.Error)
		}
		if first = closed.RowsAffected == 1; !first {
			return nil
		}
		if err := move(tx, a, result, step, wait); err != nil {
			return err
		}
		err := announce(ctx, tx, a, result, step)
		if err == nil && live {
			err = dispatchNext(ctx, tx, a.ToNumber)
		}
		crashpoint.Here(crashpoint.AttemptBeforeCommit)
		return err
	})
	return first && err == nil, err
}

// move takes the step. Between attempts a fax has no error; its attempts have theirs.
func move(tx *gorm.DB, a attempt, result fax.Outcome, step fax.Step, wait time.Duration) error {
	if !step.To.Terminal() {
		result = fax.Outcome{}
	}
	moved := tx.Exec(`
		UPDATE fax.faxes SET status = @to, updated_at = now(),
			error_code = nullif(@code, ''), error_subcode = nullif(@subcode, ''), error_message = nullif(@message, ''),
			completed_at = CASE WHEN @terminal THEN now() END,
			next_attempt_at = CASE WHEN NOT @terminal THEN now() + make_interval(secs => @wait) END
		WHERE id = @fax AND status IN @from AND attempts_made = @number`,
		map[string]any{
			"to": step.To, "from": step.From, "fax": a.FaxID, "number": a.Number, "terminal": step.To.Terminal(),
			"wait": wait.Seconds(), "code": string(result.Code), "subcode": result.Subcode, "message": result.Message(),
		})
	if moved.Error != nil {
		return fmt.Errorf("move a fax to %s: %w", step.To, moved.Error)
	}
	if moved.RowsAffected != 1 {
		return fmt.Errorf("fax %s cannot go to %s from where it is", a.FaxID, step.To)
	}
	if !step.To.Terminal() {
		return nil
	}
	if err := tx.Exec(`SELECT fax.erase(id) FROM fax.faxes WHERE id = ? AND zero_footprint`, a.FaxID).Error; err != nil {
		return fmt.Errorf("erase a fax that has ended: %w", err)
	}
	return nil
}

// announce publishes the end of a fax. A retry is not announced.
func announce(ctx context.Context, tx *gorm.DB, a attempt, result fax.Outcome, step fax.Step) error {
	switch step.To {
	case contract.FaxStatusDelivered:
		return outbox.Add(ctx, tx, "fax", outbox.Event(contract.FaxDelivered, a.event(step.To, "")))
	case contract.FaxStatusFailed:
		return outbox.Add(ctx, tx, "fax", outbox.Event(contract.FaxFailed, a.event(step.To, string(result.Code))))
	default:
		return nil
	}
}
