-- +goose Up
-- One schema for each service that stores data, and the tables with which a service sends and receives messages.

CREATE SCHEMA auth;
CREATE SCHEMA wallet;
CREATE SCHEMA billing;
CREATE SCHEMA fax;

-- A message is written in the transaction that it reports, and published afterwards by the relay of its service.
-- A message that cannot be published is set aside, so that it does not block those behind it. To retry it, set
-- set_aside_at to null and attempts to 0.
CREATE TABLE auth.outbox (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id   text NOT NULL UNIQUE,
    kind         text NOT NULL CHECK (kind IN ('event', 'work')),
    name         text NOT NULL,
    body         jsonb NOT NULL,
    delay_ms     bigint NOT NULL DEFAULT 0 CHECK (delay_ms >= 0), -- unused: delayed work waits in the tables of its service
    request_id   text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL DEFAULT now(),
    attempts     integer NOT NULL DEFAULT 0,
    set_aside_at timestamptz,
    problem      text -- why the last attempt failed
);
CREATE INDEX ON auth.outbox (set_aside_at) WHERE set_aside_at IS NOT NULL;

CREATE TABLE wallet.outbox (LIKE auth.outbox INCLUDING ALL);
CREATE TABLE billing.outbox (LIKE auth.outbox INCLUDING ALL);
CREATE TABLE fax.outbox (LIKE auth.outbox INCLUDING ALL);

-- The order in which the relay reads. A backlog of any size costs what one batch costs.
CREATE INDEX outbox_waiting ON auth.outbox (attempts, id) WHERE set_aside_at IS NULL;
CREATE INDEX outbox_waiting ON wallet.outbox (attempts, id) WHERE set_aside_at IS NULL;
CREATE INDEX outbox_waiting ON billing.outbox (attempts, id) WHERE set_aside_at IS NULL;
CREATE INDEX outbox_waiting ON fax.outbox (attempts, id) WHERE set_aside_at IS NULL;

-- The messages that a service has handled. The broker may deliver a message again.
CREATE TABLE wallet.inbox (
    message_id text PRIMARY KEY,
    handled_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE auth.inbox (LIKE wallet.inbox INCLUDING ALL);

-- Old entries are deleted by age.
CREATE INDEX inbox_by_age ON wallet.inbox (handled_at);
CREATE INDEX ON auth.inbox (handled_at);
