-- +goose Up
-- Work that is not due yet waits here, not on the broker. given_at is when its work was last given to a dispatcher; while
-- it is null nobody has anything to do before next_attempt_at, of a fax, or ask_at, of an attempt that is on its way.
ALTER TABLE fax.faxes ADD COLUMN given_at timestamptz;
ALTER TABLE fax.attempts
    ADD COLUMN given_at timestamptz,
    ADD COLUMN ask_at   timestamptz,
    ADD COLUMN rounds   integer NOT NULL DEFAULT 0, -- in which no carrier took the call
    DROP COLUMN checked_at;
UPDATE fax.faxes SET given_at = now() WHERE status = 'queued' AND next_attempt_at <= now();
UPDATE fax.attempts SET given_at = now() WHERE outcome IS NULL;

DROP INDEX fax.faxes_due;
CREATE INDEX faxes_due ON fax.faxes (next_attempt_at, id) WHERE status = 'queued' AND given_at IS NULL;
CREATE INDEX faxes_given ON fax.faxes (given_at) WHERE status = 'queued' AND given_at IS NOT NULL;
-- Those that wait to go to a number: who has waited longest goes first.
CREATE INDEX IF NOT EXISTS faxes_waiting_for_line ON fax.faxes (to_number, next_attempt_at, id) WHERE status = 'queued' AND environment_type = 'live';
DROP INDEX IF EXISTS fax.attempts_running;
CREATE INDEX attempts_due ON fax.attempts (ask_at) WHERE outcome IS NULL AND given_at IS NULL;
CREATE INDEX attempts_given ON fax.attempts (given_at) WHERE outcome IS NULL AND given_at IS NOT NULL;

ALTER TABLE auth.outbox DROP COLUMN delay_ms;
ALTER TABLE billing.outbox DROP COLUMN delay_ms;
ALTER TABLE fax.outbox DROP COLUMN delay_ms;
ALTER TABLE wallet.outbox DROP COLUMN delay_ms;

-- +goose Down
ALTER TABLE auth.outbox ADD COLUMN delay_ms bigint NOT NULL DEFAULT 0 CHECK (delay_ms >= 0);
ALTER TABLE billing.outbox ADD COLUMN delay_ms bigint NOT NULL DEFAULT 0 CHECK (delay_ms >= 0);
ALTER TABLE fax.outbox ADD COLUMN delay_ms bigint NOT NULL DEFAULT 0 CHECK (delay_ms >= 0);
ALTER TABLE wallet.outbox ADD COLUMN delay_ms bigint NOT NULL DEFAULT 0 CHECK (delay_ms >= 0);

DROP INDEX fax.attempts_given, fax.attempts_due, fax.faxes_given, fax.faxes_due;
DROP INDEX IF EXISTS fax.faxes_waiting_for_line;
CREATE INDEX faxes_due ON fax.faxes (next_attempt_at) WHERE status = 'queued';
CREATE INDEX IF NOT EXISTS attempts_running ON fax.attempts (started_at) WHERE outcome IS NULL;
ALTER TABLE fax.attempts DROP COLUMN rounds, DROP COLUMN ask_at, DROP COLUMN given_at, ADD COLUMN checked_at timestamptz;
ALTER TABLE fax.faxes DROP COLUMN given_at;
