-- +goose Up
CREATE SCHEMA fax;

-- 'accepting' and 'abandoned' are unseen by the API: the fax exists so that its hold can be found and
-- undone, but is not accepted yet, or will never be.
CREATE TABLE fax.faxes (
    id               text PRIMARY KEY,
    account_id       text NOT NULL REFERENCES auth.accounts,
    environment_id   text NOT NULL REFERENCES auth.environments,
    environment_type text NOT NULL CHECK (environment_type IN ('sandbox', 'live')),
    status           text NOT NULL CHECK (status IN
                         ('accepting', 'abandoned', 'queued', 'submitted', 'in_progress', 'delivered', 'failed', 'canceled')),
    to_number        text NOT NULL,
    pages            integer NOT NULL CHECK (pages > 0),
    rate             bigint NOT NULL CHECK (rate > 0),
    hold_amount      bigint NOT NULL CHECK (hold_amount > 0),
    carrier          text NOT NULL,
    max_attempts     integer NOT NULL CHECK (max_attempts BETWEEN 1 AND 5),
    attempts_made    integer NOT NULL DEFAULT 0,
    next_attempt_at  timestamptz,
    webhook_url      text,
    csid             text,
    page_size        text,
    resolution       text,
    optimize_for     text,
    tags             jsonb NOT NULL DEFAULT '{}',
    idempotency_key  text,
    error_code       text,
    error_subcode    text,
    error_message    text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    submitted_at     timestamptz,
    completed_at     timestamptz,
    CHECK ((status IN ('delivered', 'failed', 'canceled')) = (completed_at IS NOT NULL))
);
CREATE INDEX faxes_by_environment ON fax.faxes (environment_id, created_at DESC, id DESC) WHERE status NOT IN ('accepting', 'abandoned');
CREATE INDEX faxes_unaccepted ON fax.faxes (created_at) WHERE status IN ('accepting', 'abandoned');
CREATE INDEX faxes_due ON fax.faxes (next_attempt_at) WHERE status = 'queued';

CREATE TABLE fax.documents (
    id           text PRIMARY KEY,
    fax_id       text NOT NULL REFERENCES fax.faxes ON DELETE CASCADE,
    position     integer NOT NULL,
    content_type text NOT NULL,
    size         bigint NOT NULL,
    sha256       bytea NOT NULL,
    pages        integer NOT NULL CHECK (pages > 0),
    wrapped_key  bytea NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (fax_id, position)
);

CREATE TABLE fax.attempts (
    id            text PRIMARY KEY,
    fax_id        text NOT NULL REFERENCES fax.faxes,
    number        integer NOT NULL CHECK (number BETWEEN 1 AND 5),
    carrier       text NOT NULL,
    outcome       text CHECK (outcome IN ('delivered', 'failed')),
    started_at    timestamptz NOT NULL DEFAULT now(),
    completed_at  timestamptz,
    checked_at    timestamptz, -- when the watchdog last had it looked after
    error_code    text,
    error_subcode text,
    error_message text,
    UNIQUE (fax_id, number),
    CHECK ((outcome IS NULL) = (completed_at IS NULL)),
    CHECK ((outcome = 'failed') = (error_code IS NOT NULL))
);
CREATE UNIQUE INDEX attempts_one_delivery ON fax.attempts (fax_id) WHERE outcome = 'delivered';
CREATE INDEX attempts_running ON fax.attempts (started_at) WHERE outcome IS NULL;

-- An idempotency key is bound to its request for 24 hours, also when Redis is away.
CREATE TABLE fax.idempotency_keys (
    environment_id text NOT NULL REFERENCES auth.environments,
    key            text NOT NULL,
    fingerprint    bytea NOT NULL,
    fax_id         text NOT NULL REFERENCES fax.faxes ON DELETE CASCADE,
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (environment_id, key)
);
CREATE INDEX idempotency_keys_by_age ON fax.idempotency_keys (created_at);
CREATE INDEX idempotency_keys_by_fax ON fax.idempotency_keys (fax_id);

-- The record that the carriers without a line (sandbox and loopback) keep of their calls, as a real
-- carrier keeps one: an attempt placed twice is one call, and a dispatcher that lost the answer can ask.
CREATE TABLE fax.loopback_calls (
    attempt_id    text PRIMARY KEY,
    fax_id        text NOT NULL,
    carrier       text NOT NULL,
    pages         integer NOT NULL,
    error_code    text,
    error_subcode text,
    placed_at     timestamptz NOT NULL DEFAULT now(),
    ends_at       timestamptz NOT NULL
);

CREATE TABLE fax.outbox (LIKE auth.outbox INCLUDING ALL);

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

CREATE TRIGGER faxes_keep_terminal BEFORE UPDATE OF status ON fax.faxes
    FOR EACH ROW EXECUTE FUNCTION fax.keep_terminal();

-- +goose Down
DROP SCHEMA fax CASCADE;
