-- +goose Up
-- Who asked for a code, and from which address: keyed digests, as neither is needed in words.
ALTER TABLE auth.email_codes
    ADD COLUMN asker   bytea NOT NULL DEFAULT '',
    ADD COLUMN address bytea NOT NULL DEFAULT '';

-- Addresses from which somebody has proved to own an e-mail. They are not counted with strangers.
CREATE TABLE auth.known_addresses (
    email   text NOT NULL CHECK (email = lower(email)),
    address bytea NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (email, address)
);

-- Mails that wait to be sent, sealed with a key that only auth has. They are deleted when they are sent or too old.
CREATE TABLE auth.mails (
    id         text PRIMARY KEY,
    sealed     bytea NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX mails_by_expiry ON auth.mails (expires_at);

-- +goose Down
DROP TABLE auth.mails;
DROP TABLE auth.known_addresses;
ALTER TABLE auth.email_codes DROP COLUMN address, DROP COLUMN asker;
