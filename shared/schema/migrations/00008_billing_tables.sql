-- +goose Up
-- What billing orders from Stripe, what Stripe has confirmed, and the schedules of billing's jobs.

-- The Stripe customer of an account and its saved card. Neither says anything about activation.
-- One process asks Stripe to create the customer, and others wait until claimed_until. The request (idempotency_key,
-- requested_*) is stored before it is sent, so that it can be repeated unchanged. asks counts the requests since Stripe
-- last stated that nothing was created.
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
    idempotency_key    text,
    requested_name     text,
    requested_email    text,
    requested_at       timestamptz,
    asks               integer NOT NULL DEFAULT 0,
    CHECK ((payment_method_id IS NULL) = (card_brand IS NULL)),
    CHECK ((payment_method_id IS NULL) = (card_last4 IS NULL)),
    CHECK ((payment_method_id IS NULL) = (card_exp_month IS NULL)),
    CHECK ((payment_method_id IS NULL) = (card_exp_year IS NULL))
);

-- Cards to detach from their Stripe customer, because they were replaced or removed. The row stays until Stripe has
-- confirmed; a removed card stays with the customer until then.
CREATE TABLE billing.detachments (
    payment_method_id text PRIMARY KEY,
    account_id        text NOT NULL REFERENCES auth.accounts,
    tries             integer NOT NULL DEFAULT 0,
    next_try_at       timestamptz NOT NULL DEFAULT now(),
    created_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX detachments_due ON billing.detachments (next_try_at);

-- Checkout Sessions, with the terms at the time of the order. One that is 'creating' has no page yet.
-- checked_at is when Stripe last reported the state of an open one, next_check_at when the sweep asks again. returned_at is
-- when Stripe was last asked because a browser returned from the page, which anybody can cause at any time.
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
    returned_at       timestamptz,
    CHECK (num_nulls(package_id, amount, credits, currency) = CASE mode WHEN 'setup' THEN 4 ELSE 0 END),
    CHECK (state IN ('creating', 'expired') OR stripe_session_id IS NOT NULL),
    UNIQUE (id, account_id, package_id, amount, credits, currency, livemode) -- for the foreign key of billing.payments
);
CREATE INDEX checkouts_creating ON billing.checkouts (created_at) WHERE state = 'creating';
CREATE INDEX checkouts_by_account ON billing.checkouts (account_id, created_at DESC);

-- A checkout that was checked a day after it expired may stay open for ever; the sweep does not read it again.
CREATE INDEX checkouts_to_look_at ON billing.checkouts (next_check_at)
    WHERE state = 'open' AND (checked_at IS NULL OR expires_at IS NULL OR checked_at - expires_at < interval '24 hours');

-- Charges of the saved card without the customer present, with their terms. The row and its idempotency key are written
-- before Stripe is asked, so that a charge whose answer was lost is found again.
-- request_key is the Idempotency-Key of the caller, cause the message that led to an automatic top-up: the same one again
-- is the same top-up.
CREATE TABLE billing.top_ups (
    id                       text PRIMARY KEY,
    account_id               text NOT NULL REFERENCES auth.accounts,
    package_id               text NOT NULL,
    amount                   bigint NOT NULL CHECK (amount > 0),
    credits                  bigint NOT NULL CHECK (credits > 0),
    currency                 text NOT NULL,
    livemode                 boolean NOT NULL,
    stripe_customer_id       text NOT NULL,
    payment_method_id        text NOT NULL,
    idempotency_key          text NOT NULL UNIQUE,
    request_key              text,
    state                    text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'succeeded', 'declined', 'requires_action')),
    stripe_payment_intent_id text UNIQUE,
    decline_code             text,
    created_at               timestamptz NOT NULL DEFAULT now(),
    settled_at               timestamptz,
    next_check_at            timestamptz NOT NULL DEFAULT now(),
    kind                     text NOT NULL DEFAULT 'manual' CHECK (kind IN ('manual', 'auto')),
    cause                    text UNIQUE,
    CHECK ((state = 'pending') = (settled_at IS NULL)),
    CHECK ((state IN ('declined', 'requires_action')) = (decline_code IS NOT NULL)),
    CHECK (state <> 'succeeded' OR stripe_payment_intent_id IS NOT NULL),
    CONSTRAINT top_ups_auto_has_cause CHECK ((kind = 'auto') = (cause IS NOT NULL)),
    UNIQUE (id, account_id, package_id, amount, credits, currency, livemode) -- for the foreign key of billing.payments
);
CREATE INDEX top_ups_pending ON billing.top_ups (next_check_at) WHERE state = 'pending';
CREATE INDEX top_ups_by_request ON billing.top_ups (account_id, request_key, created_at) WHERE request_key IS NOT NULL;

-- An account has at most one automatic top-up in flight. The other index adds up those of a month.
CREATE UNIQUE INDEX top_ups_one_in_flight ON billing.top_ups (account_id) WHERE kind = 'auto' AND state = 'pending';
CREATE INDEX top_ups_auto ON billing.top_ups (account_id, created_at) WHERE kind = 'auto';

-- The automatic top-up settings of an account. threshold_amount is in credits, monthly_cap in cents of a calendar month in
-- UTC. failures counts consecutive charges that Stripe did not answer; capped_month is the month in which the cap prevented
-- a charge.
CREATE TABLE billing.auto_top_ups (
    account_id       text PRIMARY KEY REFERENCES auth.accounts,
    enabled          boolean NOT NULL,
    threshold_amount bigint CHECK (threshold_amount > 0),
    package_id       text,
    monthly_cap      bigint CHECK (monthly_cap > 0),
    paused_reason    text,
    paused_at        timestamptz,
    failures         integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
    capped_month     date,
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CHECK (NOT enabled OR num_nulls(threshold_amount, package_id, monthly_cap) = 0),
    CHECK ((paused_reason IS NULL) = (paused_at IS NULL))
);
CREATE INDEX auto_top_ups_capped ON billing.auto_top_ups (capped_month) WHERE capped_month IS NOT NULL;

-- Money that arrived and was credited. activates marks the payment that activated the account. A payment belongs to one
-- checkout or one top-up, and the foreign keys hold it to the terms of that. A checkout that only saves a card has no
-- terms, and so no payment.
CREATE TABLE billing.payments (
    id                       text PRIMARY KEY,
    account_id               text NOT NULL REFERENCES auth.accounts,
    checkout_id              text UNIQUE,
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
    top_up_id                text UNIQUE,
    CONSTRAINT payments_belong_to_one CHECK (num_nonnulls(checkout_id, top_up_id) = 1),
    FOREIGN KEY (checkout_id, account_id, package_id, amount, credits, currency, livemode)
        REFERENCES billing.checkouts (id, account_id, package_id, amount, credits, currency, livemode),
    FOREIGN KEY (top_up_id, account_id, package_id, amount, credits, currency, livemode)
        REFERENCES billing.top_ups (id, account_id, package_id, amount, credits, currency, livemode)
);
CREATE UNIQUE INDEX payments_activating ON billing.payments (account_id) WHERE activates;
CREATE INDEX payments_by_account ON billing.payments (account_id, created_at DESC, id DESC);
CREATE INDEX payments_by_time ON billing.payments (created_at, id); -- for reconciliation

-- Refunds and disputes by their Stripe id, as Stripe last reported them; possibly before their payment is known. away says
-- that the money is gone or on its way to the payer. effect is what the ledger has done about it: nothing yet, taken the
-- credits, or taken and returned them.
CREATE TABLE billing.reversals (
    id                       text PRIMARY KEY,
    kind                     text NOT NULL CHECK (kind IN ('refund', 'dispute')),
    stripe_payment_intent_id text NOT NULL,
    payment_id               text REFERENCES billing.payments,
    amount                   bigint NOT NULL CHECK (amount > 0),
    currency                 text NOT NULL,
    status                   text NOT NULL,
    away                     boolean NOT NULL,
    effect                   text NOT NULL DEFAULT 'none' CHECK (effect IN ('none', 'taken', 'returned')),
    created_at               timestamptz NOT NULL,
    noted_at                 timestamptz NOT NULL DEFAULT now(),
    updated_at               timestamptz NOT NULL DEFAULT now(),
    next_try_at              timestamptz NOT NULL DEFAULT now(),
    CHECK (effect = 'none' OR payment_id IS NOT NULL)
);
CREATE INDEX reversals_by_intent ON billing.reversals (stripe_payment_intent_id);
CREATE INDEX reversals_by_payment ON billing.reversals (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX reversals_due ON billing.reversals (next_try_at)
    WHERE (away AND effect = 'none') OR (NOT away AND effect = 'taken');
CREATE INDEX reversals_by_time ON billing.reversals (created_at, id); -- for reconciliation, as is the next
CREATE INDEX reversals_by_change ON billing.reversals (updated_at);

-- The events that billing has received from Stripe and processed. It is a log for people: the state of the checkout, not
-- this table, decides what is due.
CREATE TABLE billing.stripe_events (
    id          text PRIMARY KEY,
    type        text NOT NULL,
    object_id   text NOT NULL,
    livemode    boolean NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now()
);

-- Each of the next three tables has one row, which all processes of billing share.

-- When a job may send its next request to Stripe.
CREATE TABLE billing.pace (
    sole      boolean PRIMARY KEY DEFAULT true CHECK (sole),
    next_turn timestamptz NOT NULL
);
INSERT INTO billing.pace (next_turn) VALUES (now());

-- Until when Stripe's events have been searched for those that were not delivered, and when to search again.
CREATE TABLE billing.event_scan (
    sole          boolean PRIMARY KEY DEFAULT true CHECK (sole),
    scanned_until timestamptz NOT NULL,
    next_at       timestamptz NOT NULL
);
INSERT INTO billing.event_scan (scanned_until, next_at) VALUES (now(), now());

-- When to compare what billing has recorded with Stripe again.
CREATE TABLE billing.reconciliation (
    sole    boolean PRIMARY KEY DEFAULT true CHECK (sole),
    next_at timestamptz NOT NULL
);
INSERT INTO billing.reconciliation (next_at) VALUES (now());
