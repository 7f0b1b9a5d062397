-- +goose Up
-- Accounts, their environments and keys, and sign-in by a code sent by e-mail. The trigger functions that guard
-- activated_at are in 00010_activation.sql.

CREATE TABLE auth.accounts (
    id           text PRIMARY KEY,
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    email        text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 255),
    created_at   timestamptz NOT NULL DEFAULT now(),
    activated_at timestamptz -- set by the activation transaction of billing, once
);
CREATE UNIQUE INDEX accounts_email ON auth.accounts (lower(email));

CREATE TABLE auth.environments (
    id         text PRIMARY KEY,
    account_id text NOT NULL REFERENCES auth.accounts,
    name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    type       text NOT NULL CHECK (type IN ('sandbox', 'live')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (id, account_id, type) -- for the foreign key of auth.keys
);
CREATE INDEX environments_by_account ON auth.environments (account_id, created_at DESC, id DESC);

-- Only a keyed digest of a key is stored. The foreign key ties a test or live key to an environment of the same
-- account and of the matching type.
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

-- Finds the valid keys of an account without reading those that were revoked or have expired.
CREATE INDEX keys_by_end ON auth.keys (account_id, coalesce(least(revoked_at, expires_at), 'infinity'));

-- A code belongs to its requester, a browser or program (column asker), and limits are counted for each requester
-- (services/auth/decisions/0001). The code is not stored: it is derived from the seed with a key that is not in the
-- database.
CREATE TABLE auth.email_codes (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email      text NOT NULL CHECK (email = lower(email)),
    purpose    text NOT NULL CHECK (purpose IN ('register', 'sign_in')),
    name       text NOT NULL DEFAULT '',
    guesses    integer NOT NULL DEFAULT 0 CHECK (guesses BETWEEN 0 AND 5),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    address    text NOT NULL CHECK (lower(address) = email), -- as the user typed it
    seed       bytea NOT NULL CHECK (octet_length(seed) = 16),
    asker      bytea NOT NULL CHECK (octet_length(asker) = 32),
    network    bytea NOT NULL CHECK (octet_length(network) = 32),
    known      boolean NOT NULL, -- the requester was a known browser of this e-mail
    mailed_at  timestamptz
);
CREATE INDEX email_codes_by_email ON auth.email_codes (email, id DESC);
CREATE INDEX email_codes_by_age ON auth.email_codes (created_at);

-- Browsers in which somebody has proven to own this e-mail. Only keyed digests of their cookies are stored.
CREATE TABLE auth.known_browsers (
    email    text NOT NULL CHECK (email = lower(email)),
    browser  bytea NOT NULL CHECK (octet_length(browser) = 32),
    known_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (email, browser)
);
CREATE INDEX known_browsers_by_age ON auth.known_browsers (known_at);
