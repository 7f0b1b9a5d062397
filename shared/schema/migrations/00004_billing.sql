-- +goose Up
CREATE SCHEMA billing;

-- The Stripe customer of an account, and its saved card. Neither says anything about activation.
CREATE TABLE billing.customers (
    account_id         text PRIMARY KEY REFERENCES auth.accounts,
    stripe_customer_id text NOT NULL UNIQUE,
    payment_method_id  text,
    card_brand         text,
    card_last4         text,
    card_exp_month     integer,
    card_exp_year      integer,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now()
);

-- What we asked Stripe to open, with the terms at that moment. 'creating' has no page yet.
CREATE TABLE billing.checkouts (
    id                text PRIMARY KEY,
    account_id        text NOT NULL REFERENCES auth.accounts,
    mode              text NOT NULL CHECK (mode IN ('payment', 'setup')),
    package_id        text,
    amount            bigint CHECK (amount > 0),
    credits           bigint CHECK (credits > 0),
    currency          text,
    livemode          boolean NOT NULL,
    stripe_session_id text UNIQUE,
    url               text,
    state             text NOT NULL CHECK (state IN ('creating', 'open', 'complete', 'expired')),
    created_at        timestamptz NOT NULL DEFAULT now(),
    expires_at        timestamptz,
    checked_at        timestamptz,
    completed_at      timestamptz,
    CHECK (mode = 'setup' OR (package_id IS NOT NULL AND amount IS NOT NULL AND credits IS NOT NULL AND currency IS NOT NULL)),
    CHECK (state = 'creating' OR state = 'expired' OR stripe_session_id IS NOT NULL)
);
CREATE INDEX checkouts_unfinished ON billing.checkouts (created_at) WHERE state IN ('creating', 'open');
CREATE INDEX checkouts_by_account ON billing.checkouts (account_id, created_at DESC);

-- A payment is money that arrived and was credited. activates marks the one that activated the account.
CREATE TABLE billing.payments (
    id                       text PRIMARY KEY,
    account_id               text NOT NULL REFERENCES auth.accounts,
    checkout_id              text NOT NULL UNIQUE REFERENCES billing.checkouts,
    stripe_payment_intent_id text NOT NULL UNIQUE,
    package_id               text NOT NULL,
    amount                   bigint NOT NULL CHECK (amount > 0),
    credits                  bigint NOT NULL CHECK (credits > 0),
    currency                 text NOT NULL,
    livemode                 boolean NOT NULL,
    status                   text NOT NULL CHECK (status = 'succeeded'),
    activates                boolean NOT NULL,
    receipt_url              text,
    created_at               timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX payments_activating ON billing.payments (account_id) WHERE activates;
CREATE INDEX payments_by_account ON billing.payments (account_id, created_at DESC, id DESC);

CREATE TABLE billing.stripe_events (
    id          text PRIMARY KEY,
    type        text NOT NULL,
    object_id   text NOT NULL,
    livemode    boolean NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE billing.outbox (LIKE auth.outbox INCLUDING ALL);

-- +goose Down
DROP SCHEMA billing CASCADE;
