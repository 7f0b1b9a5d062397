-- +goose Up
-- Faxes, their documents and attempts, the settings and limits of accounts, and the tables that keep lists and counts cheap.

-- The API does not show 'accepting' and 'abandoned': such a fax exists so that its hold can be found and undone, but is
-- not accepted yet, or never will be.
-- Erasure removes what is personal (number, sender, tags, document) and keeps what explains the charge.
-- given_at is when the fax was last handed to a dispatcher. While it is null, there is nothing to do before
-- next_attempt_at: work that is not due waits here, not in the broker.
CREATE TABLE fax.faxes (
    id               text PRIMARY KEY,
    account_id       text NOT NULL REFERENCES auth.accounts,
    environment_id   text NOT NULL REFERENCES auth.environments,
    environment_type text NOT NULL CHECK (environment_type IN ('sandbox', 'live')),
    status           text NOT NULL CHECK (status IN
                         ('accepting', 'abandoned', 'queued', 'submitted', 'in_progress', 'delivered', 'failed', 'canceled')),
    to_number        text,
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
    resent_from      text, -- the fax that this one repeats
    zero_footprint   boolean NOT NULL DEFAULT false, -- it is erased when it ends
    erased_at        timestamptz,
    given_at         timestamptz,
    CHECK ((status IN ('delivered', 'failed', 'canceled')) = (completed_at IS NOT NULL)),
    CHECK (erased_at IS NULL OR status IN ('delivered', 'failed', 'canceled')),
    CHECK ((to_number IS NULL) = (erased_at IS NOT NULL))
);

-- Every list and job reads an index in the order of its result, so it costs what it returns.
-- services/fax-dispatch/decisions/0001 says what each index costs to write.

-- Lists of faxes. The columns compared for equality come first, status last among them: a list of all statuses merges one
-- range for each status. The overview also counts by faxes_by_status. Lists by tag use fax.tags and faxes_by_tags.
CREATE INDEX faxes_by_status ON fax.faxes (environment_id, status, created_at DESC, id DESC)
    WHERE status NOT IN ('accepting', 'abandoned');
CREATE INDEX faxes_by_number ON fax.faxes (environment_id, to_number, status, created_at DESC, id DESC)
    WHERE status NOT IN ('accepting', 'abandoned');
CREATE INDEX faxes_by_error ON fax.faxes (environment_id, error_code, status, created_at DESC, id DESC)
    WHERE error_code IS NOT NULL;
CREATE INDEX faxes_by_number_and_error ON fax.faxes (environment_id, to_number, error_code, status, created_at DESC, id DESC)
    WHERE error_code IS NOT NULL;

-- Faxes that were not accepted, to be undone and deleted.
CREATE INDEX faxes_unaccepted ON fax.faxes (created_at) WHERE status IN ('accepting', 'abandoned');

-- The hourly limit of an account to one number, without reading other accounts' faxes to that number.
CREATE INDEX faxes_of_account_to_number ON fax.faxes (to_number, account_id, created_at) WHERE environment_type = 'live';

-- One fax at a time is sent to a number: whether its line is in use, and who waits for it, the longest first.
CREATE INDEX faxes_on_their_way ON fax.faxes (to_number) WHERE status IN ('submitted', 'in_progress');
CREATE INDEX faxes_waiting_for_line ON fax.faxes (to_number, next_attempt_at, id) WHERE status = 'queued' AND environment_type = 'live';

-- Faxes to hand to a dispatcher, and those that a dispatcher may have lost.
CREATE INDEX faxes_due ON fax.faxes (next_attempt_at, id) WHERE status = 'queued' AND given_at IS NULL;
CREATE INDEX faxes_given ON fax.faxes (given_at) WHERE status = 'queued' AND given_at IS NOT NULL;

-- Faxes of an account whose retention period may have ended.
CREATE INDEX faxes_to_erase ON fax.faxes (account_id, completed_at) WHERE completed_at IS NOT NULL AND erased_at IS NULL;

-- A document is encrypted with a key of its own. Erasure forgets the key, after which the object in storage is noise; the
-- object is deleted shortly afterwards, and then the row.
CREATE TABLE fax.documents (
    id              text PRIMARY KEY,
    fax_id          text NOT NULL REFERENCES fax.faxes ON DELETE CASCADE,
    position        integer NOT NULL,
    content_type    text NOT NULL,
    size            bigint NOT NULL,
    sha256          bytea,
    pages           integer NOT NULL CHECK (pages > 0),
    wrapped_key     bytea,
    created_at      timestamptz NOT NULL DEFAULT now(),
    delete_attempts integer NOT NULL DEFAULT 0,
    delete_after    timestamptz, -- when storage did not delete the object: try again then, after the others
    UNIQUE (fax_id, position),
    CHECK ((wrapped_key IS NULL) = (sha256 IS NULL))
);
CREATE INDEX documents_due_to_delete ON fax.documents (coalesce(delete_after, '-infinity'), id) WHERE wrapped_key IS NULL;

-- One attempt is one call of a carrier. given_at and ask_at are to an attempt that is on its way what given_at and
-- next_attempt_at are to a queued fax.
CREATE TABLE fax.attempts (
    id            text PRIMARY KEY,
    fax_id        text NOT NULL REFERENCES fax.faxes,
    number        integer NOT NULL CHECK (number BETWEEN 1 AND 5),
    carrier       text NOT NULL,
    outcome       text CHECK (outcome IN ('delivered', 'failed')),
    started_at    timestamptz NOT NULL DEFAULT now(),
    completed_at  timestamptz,
    checked_at    timestamptz, -- unused
    error_code    text,
    error_subcode text,
    error_message text,
    carrier_ref   text, -- the carrier's id of the call, once it is known
    placed_at     timestamptz, -- when the carrier was last asked to place the call
    -- Carriers that ended this attempt because of the operator's own account. They are not asked about it again: they
    -- would find the call that they have ended.
    refused_by    text[] NOT NULL DEFAULT '{}',
    given_at      timestamptz,
    ask_at        timestamptz,
    rounds        integer NOT NULL DEFAULT 0, -- in which no carrier took the call
    UNIQUE (fax_id, number),
    CHECK ((outcome IS NULL) = (completed_at IS NULL)),
    CHECK ((outcome = 'failed') = (error_code IS NOT NULL))
);
CREATE UNIQUE INDEX attempts_one_delivery ON fax.attempts (fax_id) WHERE outcome = 'delivered';
CREATE INDEX attempts_due ON fax.attempts (ask_at) WHERE outcome IS NULL AND given_at IS NULL;
CREATE INDEX attempts_given ON fax.attempts (given_at) WHERE outcome IS NULL AND given_at IS NOT NULL;

-- An idempotency key is bound to its request for 24 hours, also while Redis is down.
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

-- The calls of the simulated carriers (sandbox and loopback), which they keep as a real carrier does: an attempt placed
-- twice is one call, and a dispatcher that lost the answer can ask.
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

-- The settings of an account. An account without a row has the defaults, which are in the service.
CREATE TABLE fax.settings (
    account_id      text PRIMARY KEY REFERENCES auth.accounts,
    retention_days  integer NOT NULL CHECK (retention_days BETWEEN 1 AND 3650),
    zero_footprint  boolean NOT NULL,
    updated_at      timestamptz NOT NULL DEFAULT now(),
    daily_spend_cap bigint CHECK (daily_spend_cap > 0), -- credits; null is no cap
    sender_name     text, -- on cover pages, as are the next two
    sender_company  text,
    sender_fax      text
);

-- What the live faxes of an account cost on a day (UTC), less those that were not delivered. The first fax of a day
-- creates its row, so an account's first row says since when it has been sending.
CREATE TABLE fax.spent (
    account_id text NOT NULL REFERENCES auth.accounts,
    day        date NOT NULL,
    credits    bigint NOT NULL CHECK (credits >= 0),
    PRIMARY KEY (account_id, day)
);

-- The tags of faxes, for lists by one tag (services/fax-dispatch/decisions/0025). fax.keep_tags copies them from fax.faxes,
-- and erasure removes them from both.
CREATE TABLE fax.tags (
    environment_id text NOT NULL,
    key            text NOT NULL,
    value          text NOT NULL,
    fate           text NOT NULL, -- see fax.fate
    created_at     timestamptz NOT NULL,
    fax_id         text NOT NULL,
    to_number      text,
    error_code     text,
    PRIMARY KEY (environment_id, key, value, fate, created_at, fax_id)
);
CREATE INDEX tags_by_number ON fax.tags (environment_id, to_number, key, value, fate, created_at, fax_id);
CREATE INDEX tags_by_error ON fax.tags (environment_id, error_code, key, value, fate, created_at, fax_id) WHERE error_code IS NOT NULL;

-- How many faxes of an hour (of creation) have ended, by final status. Connections that end faxes at the same time mostly
-- count in different slots and so do not wait for each other; a reader adds the slots up. The key includes the count,
-- because the rows of an environment lie far apart and a reader would fetch each.
CREATE TABLE fax.tallies (
    environment_id text NOT NULL,
    hour           timestamptz NOT NULL,
    status         text NOT NULL,
    slot           smallint NOT NULL,
    faxes          bigint NOT NULL,
    PRIMARY KEY (environment_id, hour, status, slot) INCLUDE (faxes)
);

-- When to look next for faxes of an account whose retention period has ended. It may be too early and is never too late:
-- the first fax that ends sets it to the end of the shortest retention period, and each look sets the next.
CREATE TABLE fax.retention (
    account_id text PRIMARY KEY REFERENCES auth.accounts,
    look_at    timestamptz NOT NULL
);
CREATE INDEX retention_due ON fax.retention (look_at);
