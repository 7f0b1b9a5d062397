-- +goose Up
-- Work that is not due yet waits here, not on the broker. given_at is when its work was last given to a dispatcher; while
-- it is null nobody has anything to do before next_attempt_at, of a fax, or ask_at, of an attempt that is on its way.
ALTER TABLE fax.faxes ADD COLUMN given_at timestamptz;
ALTER TABLE fax.attempts
    ADD COLUMN given_at timestamptz,
    ADD COLUMN ask_at   timestamptz,
    ADD COLUMN rounds   integer NOT NULL DEFAULT 0; -- in which no carrier took the call
UPDATE fax.faxes SET given_at = now() WHERE status = 'queued' AND next_attempt_at <= now();
UPDATE fax.attempts SET given_at = now() WHERE outcome IS NULL;

DROP INDEX fax.faxes_due;
CREATE INDEX faxes_due ON fax.faxes (next_attempt_at, id) WHERE status = 'queued' AND given_at IS NULL;
CREATE INDEX faxes_given ON fax.faxes (given_at) WHERE status = 'queued' AND given_at IS NOT NULL;
DROP INDEX fax.attempts_neglected;
CREATE INDEX attempts_due ON fax.attempts (ask_at) WHERE outcome IS NULL AND given_at IS NULL;
CREATE INDEX attempts_given ON fax.attempts (given_at) WHERE outcome IS NULL AND given_at IS NOT NULL;

-- The outboxes' delay_ms and the attempts' checked_at are written no more. They stay for processes of the version before,
-- which run beside the new ones while a release is rolled out.

-- +goose Down
DROP INDEX fax.attempts_given, fax.attempts_due, fax.faxes_given, fax.faxes_due;
CREATE INDEX faxes_due ON fax.faxes (next_attempt_at) WHERE status = 'queued';
CREATE INDEX attempts_neglected ON fax.attempts (greatest(started_at, checked_at)) WHERE outcome IS NULL;
ALTER TABLE fax.attempts DROP COLUMN rounds, DROP COLUMN ask_at, DROP COLUMN given_at;
ALTER TABLE fax.faxes DROP COLUMN given_at;
