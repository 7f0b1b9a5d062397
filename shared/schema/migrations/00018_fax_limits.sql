-- +goose Up
-- What the live faxes of an account cost on a day (UTC), less those that were not delivered. A row is made by the first
-- fax of its day, so the first row of all tells since when the account has sent.
CREATE TABLE fax.spent (
    account_id text NOT NULL REFERENCES auth.accounts,
    day        date NOT NULL,
    credits    bigint NOT NULL CHECK (credits >= 0),
    PRIMARY KEY (account_id, day)
);
ALTER TABLE fax.settings ADD COLUMN daily_spend_cap bigint CHECK (daily_spend_cap > 0); -- credits; null is none
CREATE INDEX faxes_by_destination ON fax.faxes (to_number, created_at) WHERE environment_type = 'live';

-- +goose StatementBegin
CREATE FUNCTION fax.give_back() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE fax.spent SET credits = greatest(credits - OLD.hold_amount, 0)
        WHERE account_id = OLD.account_id AND day = (OLD.created_at AT TIME ZONE 'UTC')::date;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE TRIGGER faxes_give_back AFTER UPDATE OF status ON fax.faxes FOR EACH ROW
    WHEN (OLD.environment_type = 'live' AND OLD.status <> NEW.status AND NEW.status IN ('failed', 'canceled', 'abandoned'))
    EXECUTE FUNCTION fax.give_back();
CREATE TRIGGER faxes_give_back_refused AFTER DELETE ON fax.faxes FOR EACH ROW
    WHEN (OLD.environment_type = 'live' AND OLD.status = 'accepting')
    EXECUTE FUNCTION fax.give_back();

-- +goose Down
DROP TRIGGER faxes_give_back_refused ON fax.faxes;
DROP TRIGGER faxes_give_back ON fax.faxes;
DROP FUNCTION fax.give_back();
DROP INDEX fax.faxes_by_destination;
ALTER TABLE fax.settings DROP COLUMN daily_spend_cap;
DROP TABLE fax.spent;
