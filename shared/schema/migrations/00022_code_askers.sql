-- +goose Up
-- A code belongs to whoever asked for it, and what is counted for one asker is not counted for another. The code
-- itself is kept nowhere: it follows from the seed and a key that is not in the database. Codes that are under way
-- belong to nobody, and their people ask anew.
DELETE FROM auth.email_codes;
ALTER TABLE auth.email_codes
    DROP CONSTRAINT email_codes_check,
    DROP CONSTRAINT email_codes_purpose_check,
    DROP COLUMN code_hash,
    ADD COLUMN address   text NOT NULL CHECK (lower(address) = email), -- as it was typed
    ADD COLUMN seed      bytea NOT NULL CHECK (octet_length(seed) = 16),
    ADD COLUMN asker     bytea NOT NULL CHECK (octet_length(asker) = 32),
    ADD COLUMN network   bytea NOT NULL CHECK (octet_length(network) = 32),
    ADD COLUMN known     boolean NOT NULL, -- the asker was a known browser of this e-mail
    ADD COLUMN mailed_at timestamptz,
    ADD CONSTRAINT email_codes_purpose_check CHECK (purpose IN ('register', 'sign_in'));

-- Browsers in which somebody has proven that this e-mail is theirs. Only keyed digests of their cookies are kept.
CREATE TABLE auth.known_browsers (
    email    text NOT NULL CHECK (email = lower(email)),
    browser  bytea NOT NULL CHECK (octet_length(browser) = 32),
    known_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (email, browser)
);
CREATE INDEX known_browsers_by_age ON auth.known_browsers (known_at);

-- +goose Down
DROP TABLE auth.known_browsers;
DELETE FROM auth.email_codes;
ALTER TABLE auth.email_codes
    DROP CONSTRAINT email_codes_purpose_check,
    DROP COLUMN address,
    DROP COLUMN seed,
    DROP COLUMN asker,
    DROP COLUMN network,
    DROP COLUMN known,
    DROP COLUMN mailed_at,
    ADD COLUMN code_hash bytea,
    ADD CONSTRAINT email_codes_purpose_check CHECK (purpose IN ('register', 'sign_in', 'notice')),
    ADD CONSTRAINT email_codes_check CHECK ((purpose = 'notice') = (code_hash IS NULL));
