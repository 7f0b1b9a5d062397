-- +goose Up
CREATE SCHEMA billing;

-- The Stripe customer of an account, and its saved card. Neither says anything about activation.
-- claimed_until is set while one process asks Stripe to make the customer; the others wait for it.
CREATE TABLE billing.customers (
    account_id         text PRIMARY KEY REFERENCES auth.accounts,
    stripe_customer_id text UNIQUE,
    claimed_until      timestamptz,
    payment_method_id  text,
    card_brand         text,
    card_last4         text,
    card_exp_month     integer,
    card_exp_year      integer,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    CHECK ((payment_method_id IS NULL) = (card_brand IS NULL)),
    CHECK ((payment_method_id IS NULL) = (card_last4 IS NULL)),
    CHECK ((payment_method_id IS NULL) = (card_exp_month IS NULL)),
    CHECK ((payment_method_id IS NULL) = (card_exp_year IS NULL))
);

-- What we asked Stripe to open, with the terms at that moment. 'creating' has no page yet.
-- checked_at is when Stripe last told how an open one stands, next_check_at when the sweep asks again.
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
    next_check_at     timestamptz NOT NULL DEFAULT now(),
    completed_at      timestamptz,
    CHECK (num_nulls(package_id, amount, credits, currency) = CASE mode WHEN 'setup' THEN 4 ELSE 0 END),
    CHECK (state IN ('creating', 'expired') OR stripe_session_id IS NOT NULL),
    UNIQUE (id, account_id, package_id, amount, credits, currency, livemode)
);
CREATE INDEX checkouts_open ON billing.checkouts (next_check_at) WHERE state = 'open';
CREATE INDEX checkouts_creating ON billing.checkouts (created_at) WHERE state = 'creating';
CREATE INDEX checkouts_by_account ON billing.checkouts (account_id, created_at DESC);

-- A payment is money that arrived and was credited. activates marks the one that activated the account.
-- The foreign key holds it to the terms of its checkout, which a checkout that saves a card has none of.
CREATE TABLE billing.payments (
    id                       text PRIMARY KEY,
    account_id               text NOT NULL REFERENCES auth.accounts,
    checkout_id              text NOT NULL UNIQUE,
    stripe_payment_intent_id text NOT NULL UNIQUE,
    package_id               text NOT NULL,
    amount                   bigint NOT NULL CHECK (amount > 0),
    credits                  bigint NOT NULL CHECK (credits > 0),
    currency                 text NOT NULL,
    livemode                 boolean NOT NULL,
    status                   text NOT NULL CHECK (status = 'succeeded'),
    activates                boolean NOT NULL,
    receipt_url              text,
    created_at               timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (checkout_id, account_id, package_id, amount, credits, currency, livemode)
        REFERENCES billing.checkouts (id, account_id, package_id, amount, credits, currency, livemode)
);
CREATE UNIQUE INDEX payments_activating ON billing.payments (account_id) WHERE activates;
CREATE INDEX payments_by_account ON billing.payments (account_id, created_at DESC, id DESC);

-- What Stripe told us and we acted on. A note for people: what is due is decided by the checkout.
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
