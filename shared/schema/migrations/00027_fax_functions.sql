-- +goose Up
-- What the database keeps true of faxes, and the functions that lists by tag need.
--
-- This is the last file of the baseline. Its number is 27 because the baseline replaces 27 migrations that had the same
-- result: databases made by those are up to date, and the next migration is 28 for all.

-- The status of a fax that has ended is final.
-- +goose StatementBegin
CREATE FUNCTION fax.keep_terminal() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.status IN ('delivered', 'failed', 'canceled') AND NEW.status <> OLD.status THEN
        RAISE EXCEPTION 'fax % is % and stays so', OLD.id, OLD.status USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

-- Removes what is personal in a fax.
-- +goose StatementBegin
CREATE FUNCTION fax.erase(erased_id text) RETURNS void
    LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    UPDATE fax.faxes SET to_number = NULL, csid = NULL, tags = '{}', idempotency_key = NULL, webhook_url = NULL,
        erased_at = now(), updated_at = now()
    WHERE id = erased_id AND erased_at IS NULL;
    UPDATE fax.documents SET wrapped_key = NULL, sha256 = NULL WHERE fax_id = erased_id;
$$;
-- +goose StatementEnd

-- Takes a live fax that was not delivered, or not accepted, off what its account spent on its day.
-- +goose StatementBegin
CREATE FUNCTION fax.give_back() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE fax.spent SET credits = greatest(credits - OLD.hold_amount, 0)
        WHERE account_id = OLD.account_id AND day = (OLD.created_at AT TIME ZONE 'UTC')::date;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- The final status of a fax, or 'open'. What is stored about a fax in fax.tags therefore changes once. It has no SET clause,
-- so that the planner can inline it.
-- +goose StatementBegin
CREATE FUNCTION fax.fate(status text) RETURNS text
    LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN status IN ('delivered', 'failed', 'canceled') THEN status ELSE 'open' END;
$$;
-- +goose StatementEnd

-- Copies the tags of a fax to fax.tags.
-- +goose StatementBegin
CREATE FUNCTION fax.keep_tags() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM fax.tags t USING jsonb_each_text(OLD.tags) was
            WHERE t.environment_id = OLD.environment_id AND t.key = was.key AND t.value = was.value
              AND t.fate = fax.fate(OLD.status) AND t.created_at = OLD.created_at AND t.fax_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO fax.tags (environment_id, key, value, fate, created_at, fax_id, to_number, error_code)
            SELECT NEW.environment_id, tag.key, tag.value, fax.fate(NEW.status), NEW.created_at, NEW.id, NEW.to_number, NEW.error_code
            FROM jsonb_each_text(NEW.tags) tag;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- Counts a fax that ends in fax.tallies, and schedules its account's first look in fax.retention.
-- +goose StatementBegin
CREATE FUNCTION fax.note_end() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO fax.tallies AS t (environment_id, hour, status, slot, faxes)
        VALUES (NEW.environment_id, date_trunc('hour', NEW.created_at, 'UTC'), NEW.status, pg_backend_pid() % 4, 1)
        ON CONFLICT (environment_id, hour, status, slot) DO UPDATE SET faxes = t.faxes + 1;
    INSERT INTO fax.retention (account_id, look_at) VALUES (NEW.account_id, NEW.completed_at + interval '1 day')
        ON CONFLICT (account_id) DO NOTHING;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- For lists by several tags: a hash for each tag of a fax, together with its environment. So a search reads no other
-- environment's faxes, and the index contains nothing personal. Hashes can collide; readers compare the tags as well.
-- +goose StatementBegin
CREATE FUNCTION fax.tag_terms(environment_id text, tags jsonb) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(hashtextextended(environment_id || chr(31) || tag.key || chr(31) || tag.value, 0)), '{}')
    FROM jsonb_each_text(tags) tag;
$$;
-- +goose StatementEnd

-- A fax enters the index once, when it ends. Without fastupdate there is no list of pending entries for readers to scan.
CREATE INDEX faxes_by_tags ON fax.faxes USING gin (fax.tag_terms(environment_id, tags)) WITH (fastupdate = off)
    WHERE status IN ('delivered', 'failed', 'canceled') AND tags <> '{}';

CREATE TRIGGER faxes_keep_terminal BEFORE UPDATE OF status ON fax.faxes
    FOR EACH ROW EXECUTE FUNCTION fax.keep_terminal();

CREATE TRIGGER faxes_give_back AFTER UPDATE OF status ON fax.faxes FOR EACH ROW
    WHEN (OLD.environment_type = 'live' AND OLD.status <> NEW.status AND NEW.status IN ('failed', 'canceled', 'abandoned'))
    EXECUTE FUNCTION fax.give_back();
CREATE TRIGGER faxes_give_back_refused AFTER DELETE ON fax.faxes FOR EACH ROW
    WHEN (OLD.environment_type = 'live' AND OLD.status = 'accepting')
    EXECUTE FUNCTION fax.give_back();

CREATE TRIGGER faxes_tagged AFTER INSERT ON fax.faxes FOR EACH ROW
    WHEN (NEW.tags <> '{}') EXECUTE FUNCTION fax.keep_tags();
CREATE TRIGGER faxes_retagged AFTER UPDATE ON fax.faxes FOR EACH ROW
    WHEN (OLD.tags <> '{}' AND (fax.fate(OLD.status), OLD.error_code, OLD.to_number, OLD.created_at, OLD.tags)
        IS DISTINCT FROM (fax.fate(NEW.status), NEW.error_code, NEW.to_number, NEW.created_at, NEW.tags))
    EXECUTE FUNCTION fax.keep_tags();
CREATE TRIGGER faxes_untagged AFTER DELETE ON fax.faxes FOR EACH ROW
    WHEN (OLD.tags <> '{}') EXECUTE FUNCTION fax.keep_tags();

CREATE TRIGGER faxes_ended AFTER UPDATE OF status ON fax.faxes FOR EACH ROW
    WHEN (OLD.status <> NEW.status AND NEW.status IN ('delivered', 'failed', 'canceled'))
    EXECUTE FUNCTION fax.note_end();
CREATE TRIGGER faxes_made_ended AFTER INSERT ON fax.faxes FOR EACH ROW
    WHEN (NEW.status IN ('delivered', 'failed', 'canceled')) EXECUTE FUNCTION fax.note_end();

-- +goose Down
-- +goose StatementBegin
DO $$
BEGIN
    RAISE EXCEPTION 'nothing lies before the baseline: drop the database instead';
END $$;
-- +goose StatementEnd
