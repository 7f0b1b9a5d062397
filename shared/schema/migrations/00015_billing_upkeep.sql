-- +goose Up
-- When billing may ask Stripe next by itself. One row, for all its processes.
CREATE TABLE billing.pace (
    sole      boolean PRIMARY KEY DEFAULT true CHECK (sole),
    next_turn timestamptz NOT NULL
);
INSERT INTO billing.pace (next_turn) VALUES (now());

-- Up to when Stripe's events that were not delivered have been looked for, and when to look again.
CREATE TABLE billing.event_scan (
    sole          boolean PRIMARY KEY DEFAULT true CHECK (sole),
    scanned_until timestamptz NOT NULL,
    next_at       timestamptz NOT NULL
);
INSERT INTO billing.event_scan (scanned_until, next_at) VALUES (now(), now());

-- +goose Down
DROP TABLE billing.event_scan, billing.pace;
