-- Whether a session or an access token still counts is decided by numbers that are compared for equality, never by two
-- readings of a clock: each of these moves in the transaction that ends what carries the number before.
ALTER TABLE users ADD COLUMN password_generation INTEGER NOT NULL DEFAULT 1;
ALTER TABLE users DROP COLUMN password_changed_at;
ALTER TABLE users DROP COLUMN name;
ALTER TABLE memberships ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;
ALTER TABLE memberships DROP COLUMN credentials_valid_from;
ALTER TABLE service_accounts ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;
ALTER TABLE service_accounts DROP COLUMN credentials_valid_from;

-- A session carries the generations that were checked when it began. `key_hash` is SHA-256 of the cookie's id. Sessions
-- from before carry none, so they end here.
DROP TABLE sessions;
CREATE TABLE sessions (
    key_hash BLOB NOT NULL,
    id BLOB NOT NULL,
    organization_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    password_generation INTEGER NOT NULL,
    membership_generation INTEGER NOT NULL,
    ip TEXT,
    user_agent TEXT,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT sessions_pk PRIMARY KEY (key_hash),
    CONSTRAINT sessions_id UNIQUE (id),
    CONSTRAINT sessions_membership FOREIGN KEY (organization_id, user_id)
        REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_id, last_seen_at);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Who has seen a proof of a token: besides its maker, who rotated it last and who gave it each client key.
ALTER TABLE tokens ADD COLUMN rotated_by_type TEXT;
ALTER TABLE tokens ADD COLUMN rotated_by_id BLOB;
ALTER TABLE token_client_keys ADD COLUMN set_by_type TEXT;
ALTER TABLE token_client_keys ADD COLUMN set_by_id BLOB;
-- A rotation with overlap gives older client keys the end that it gives older secrets.
ALTER TABLE token_client_keys ADD COLUMN expires_at INTEGER;

-- Nobody read these: a remembered answer is always that of one route.
ALTER TABLE idempotency_keys DROP COLUMN status;
ALTER TABLE idempotency_keys DROP COLUMN location;
