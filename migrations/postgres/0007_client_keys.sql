-- Public keys by which a token's client can prove itself instead of showing its secret, each as a JWK in JSON.
CREATE TABLE token_client_keys (
    token_id UUID NOT NULL,
    position BIGINT NOT NULL,
    organization_id UUID NOT NULL,
    jwk TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT token_client_keys_pk PRIMARY KEY (token_id, position),
    CONSTRAINT token_client_keys_token FOREIGN KEY (token_id) REFERENCES tokens (id) ON DELETE CASCADE
);

-- Assertions that were used, until they end by themselves: each works once.
CREATE TABLE client_assertions (
    token_id UUID NOT NULL,
    jti_hash BYTEA NOT NULL,
    organization_id UUID NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT client_assertions_pk PRIMARY KEY (token_id, jti_hash),
    CONSTRAINT client_assertions_token FOREIGN KEY (token_id) REFERENCES tokens (id) ON DELETE CASCADE
);
CREATE INDEX client_assertions_by_end ON client_assertions (expires_at);
