-- Keys that were imported from other systems work unchanged. They are found by the hash of the whole key, or by the part of
-- the key that isn't secret, until the first use replaces such a hash with SHA-256.
ALTER TABLE token_secrets ADD COLUMN lookup TEXT;
ALTER TABLE token_secrets ADD COLUMN key_prefix TEXT;
ALTER TABLE token_secrets ADD COLUMN key_length BIGINT;
DROP INDEX token_secrets_by_hash;
CREATE UNIQUE INDEX token_secrets_by_hash ON token_secrets (hash) WHERE algorithm <> 'sha256';
CREATE UNIQUE INDEX token_secrets_by_lookup ON token_secrets (lookup) WHERE lookup IS NOT NULL;

-- Which keys were imported, by SHA-256 of what identifies each. A row outlives its token and its secret: a repeated import
-- must not bring back a key that was deleted or rotated, or give it to another token.
CREATE TABLE imported_keys (
    fingerprint BYTEA NOT NULL,
    organization_id UUID NOT NULL,
    token_id UUID NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT imported_keys_pk PRIMARY KEY (fingerprint),
    CONSTRAINT imported_keys_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
);
CREATE INDEX imported_keys_by_organization ON imported_keys (organization_id);

-- What the imported keys of an organization look like: only a text that looks like one is searched for. A length of 0 is
-- any length; `lookup_start` and `lookup_end` are the lengths of the part that is looked up, 0 if there is none.
CREATE TABLE imported_key_patterns (
    organization_id UUID NOT NULL,
    prefix TEXT NOT NULL,
    length BIGINT NOT NULL,
    lookup_start BIGINT NOT NULL,
    lookup_end BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT imported_key_patterns_pk PRIMARY KEY (organization_id, prefix, length, lookup_start, lookup_end),
    CONSTRAINT imported_key_patterns_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
);
