-- Public keys by which a token's client can prove itself instead of showing its secret, each as a JWK in JSON.
CREATE TABLE token_client_keys (
    token_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    organization_id BLOB NOT NULL,
    jwk TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT token_client_keys_pk PRIMARY KEY (token_id, position),
    CONSTRAINT token_client_keys_token FOREIGN KEY (token_id) REFERENCES tokens (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Assertions that were used, until they end by themselves: each works once.
CREATE TABLE client_assertions (
    token_id BLOB NOT NULL,
    jti_hash BLOB NOT NULL,
    organization_id BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT client_assertions_pk PRIMARY KEY (token_id, jti_hash),
    CONSTRAINT client_assertions_token FOREIGN KEY (token_id) REFERENCES tokens (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX client_assertions_by_end ON client_assertions (expires_at);
