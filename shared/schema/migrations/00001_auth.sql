-- +goose Up
CREATE SCHEMA auth;

CREATE TABLE auth.accounts (
    id           text PRIMARY KEY,
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    email        text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 255),
    created_at   timestamptz NOT NULL DEFAULT now(),
    activated_at timestamptz
);
CREATE UNIQUE INDEX accounts_email ON auth.accounts (lower(email));

CREATE TABLE auth.environments (
    id         text PRIMARY KEY,
    account_id text NOT NULL REFERENCES auth.accounts,
    name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    type       text NOT NULL CHECK (type IN ('sandbox', 'live')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (id, account_id, type)
);
CREATE INDEX environments_by_account ON auth.environments (account_id, created_at DESC, id DESC);

-- Only a keyed digest of a key is kept. The foreign key holds an environment key to an environment
-- of its own account and of its own kind.
CREATE TABLE auth.keys (
    id               text PRIMARY KEY,
    account_id       text NOT NULL REFERENCES auth.accounts,
    kind             text NOT NULL CHECK (kind IN ('test', 'live', 'account')),
    environment_id   text,
    environment_type text GENERATED ALWAYS AS (CASE kind WHEN 'test' THEN 'sandbox' WHEN 'live' THEN 'live' END) STORED,
    name             text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    digest           bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
    last4            text NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    last_used_at     timestamptz,
    expires_at       timestamptz,
    revoked_at       timestamptz,
    CHECK ((kind = 'account') = (environment_id IS NULL)),
    FOREIGN KEY (environment_id, account_id, environment_type) REFERENCES auth.environments (id, account_id, type)
);
CREATE INDEX keys_by_account ON auth.keys (account_id, created_at DESC, id DESC);

-- Codes sent by mail. A row of purpose 'notice' is a mail without a code, to an address that has an
-- account already; it counts towards the hourly limit so that the limit tells nothing.
CREATE TABLE auth.email_codes (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email      text NOT NULL CHECK (email = lower(email)),
    purpose    text NOT NULL CHECK (purpose IN ('register', 'sign_in', 'notice')),
    name       text NOT NULL DEFAULT '',
    code_hash  bytea,
    guesses    integer NOT NULL DEFAULT 0 CHECK (guesses BETWEEN 0 AND 5),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    CHECK ((purpose = 'notice') = (code_hash IS NULL))
);
CREATE INDEX email_codes_by_email ON auth.email_codes (email, id DESC);

CREATE TABLE auth.outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id text NOT NULL UNIQUE,
    kind       text NOT NULL CHECK (kind IN ('event', 'work')),
    name       text NOT NULL,
    body       jsonb NOT NULL,
    delay_ms   bigint NOT NULL DEFAULT 0 CHECK (delay_ms >= 0),
    request_id text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now()
);

-- +goose Down
DROP SCHEMA auth CASCADE;
