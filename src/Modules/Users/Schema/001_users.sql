-- Accounts, and contacts: people whom another publisher registered, without a password.
CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    email         TEXT NOT NULL,
    email_key     TEXT NOT NULL, -- in lower case, to compare
    name          TEXT NOT NULL,
    language      TEXT NOT NULL,
    phone         TEXT,
    password_hash TEXT,          -- null for a contact
    roles         TEXT NOT NULL, -- separated by blanks
    created_at    TIMESTAMPTZ NOT NULL,
    as_of         TIMESTAMPTZ NOT NULL
);

-- An address has one account. A contact with the same address is in nobody's way.
CREATE UNIQUE INDEX users_account_by_email ON users (email_key) WHERE password_hash IS NOT NULL;

CREATE INDEX users_accounts ON users (id) WHERE password_hash IS NOT NULL;
CREATE INDEX users_operators ON users (id) WHERE roles LIKE '%operator%';

-- Recent password checks of an account or of a client's address, as JSON arrays of Unix times in microseconds.
CREATE TABLE sign_in_attempts (
    key_hash  TEXT PRIMARY KEY,
    failed    TEXT NOT NULL,
    checking  TEXT NOT NULL,
    newest_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX sign_in_attempts_by_time ON sign_in_attempts (newest_at);
