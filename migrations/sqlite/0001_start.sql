-- Ids are 16 bytes, times milliseconds since 1970 in UTC, booleans 0 or 1.
-- The tables and columns are those of ../postgres; a test compares the two.

CREATE TABLE organizations (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    audience TEXT,
    default_token_ttl INTEGER,
    max_token_ttl INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT organizations_pk PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    id BLOB NOT NULL,
    email TEXT NOT NULL,
    email_normalized TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    password_changed_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT users_pk PRIMARY KEY (id),
    CONSTRAINT users_email UNIQUE (email_normalized)
) STRICT, WITHOUT ROWID;

CREATE TABLE memberships (
    organization_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    credentials_valid_from INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT memberships_pk PRIMARY KEY (organization_id, user_id),
    CONSTRAINT memberships_organization FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT memberships_user FOREIGN KEY (user_id) REFERENCES users (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_user ON memberships (user_id);

-- `key_hash` is SHA-256 of the cookie's id: who reads the table can't take over a session.
CREATE TABLE sessions (
    key_hash BLOB NOT NULL,
    id BLOB,
    organization_id BLOB,
    user_id BLOB,
    data TEXT NOT NULL,
    ip TEXT,
    user_agent TEXT,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT sessions_pk PRIMARY KEY (key_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_id, last_seen_at);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE one_time_codes (
    id BLOB NOT NULL,
    organization_id BLOB,
    purpose TEXT NOT NULL,
    code_hash BLOB NOT NULL,
    user_id BLOB,
    email TEXT,
    role TEXT,
    expires_at INTEGER NOT NULL,
    consumed_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT one_time_codes_pk PRIMARY KEY (id),
    CONSTRAINT one_time_codes_hash UNIQUE (code_hash),
    CONSTRAINT one_time_codes_organization FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT one_time_codes_user FOREIGN KEY (user_id) REFERENCES users (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX one_time_codes_by_purpose ON one_time_codes (purpose, user_id);

CREATE TABLE service_accounts (
    id BLOB NOT NULL,
    organization_id BLOB NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    credentials_valid_from INTEGER NOT NULL,
    created_by_type TEXT NOT NULL,
    created_by_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT service_accounts_pk PRIMARY KEY (id),
    CONSTRAINT service_accounts_name UNIQUE (organization_id, name),
    CONSTRAINT service_accounts_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
) STRICT, WITHOUT ROWID;

-- No row at all: the account may do what its role may.
CREATE TABLE service_account_scopes (
    service_account_id BLOB NOT NULL,
    scope TEXT NOT NULL,
    organization_id BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT service_account_scopes_pk PRIMARY KEY (service_account_id, scope),
    CONSTRAINT service_account_scopes_account FOREIGN KEY (service_account_id)
        REFERENCES service_accounts (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The members that an account is given to.
CREATE TABLE service_account_members (
    service_account_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    organization_id BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT service_account_members_pk PRIMARY KEY (service_account_id, user_id),
    CONSTRAINT service_account_members_account FOREIGN KEY (service_account_id)
        REFERENCES service_accounts (id) ON DELETE CASCADE,
    CONSTRAINT service_account_members_membership FOREIGN KEY (organization_id, user_id)
        REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX service_account_members_by_user ON service_account_members (organization_id, user_id);

CREATE TABLE scopes (
    id BLOB NOT NULL,
    organization_id BLOB NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    admin_only INTEGER NOT NULL,
    built_in INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT scopes_pk PRIMARY KEY (id),
    CONSTRAINT scopes_name UNIQUE (organization_id, name),
    CONSTRAINT scopes_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
) STRICT, WITHOUT ROWID;

-- The `…_key` columns are what lists are sorted by: the label in lower case; never expires is the far future,
-- never used the far past. A page begins at a row value, and SQLite uses no index on an expression for that.
CREATE TABLE tokens (
    id BLOB NOT NULL,
    organization_id BLOB NOT NULL,
    owner_type TEXT NOT NULL,
    owner_id BLOB NOT NULL,
    label TEXT NOT NULL,
    label_key TEXT NOT NULL,
    description TEXT,
    kind TEXT NOT NULL,
    created_by_type TEXT NOT NULL,
    created_by_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expires_at INTEGER,
    invalidated_at INTEGER,
    keep_access_tokens INTEGER NOT NULL,
    rotated_at INTEGER,
    previous_secret_expires_at INTEGER,
    last_used_at INTEGER,
    last_used_ip TEXT,
    key_hint TEXT NOT NULL,
    expires_key INTEGER NOT NULL,
    last_used_key INTEGER NOT NULL,
    CONSTRAINT tokens_pk PRIMARY KEY (id),
    CONSTRAINT tokens_expires_key CHECK (expires_key = COALESCE(expires_at, 9223372036854775807)),
    CONSTRAINT tokens_last_used_key CHECK (last_used_key = COALESCE(last_used_at, -1)),
    CONSTRAINT tokens_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
) STRICT, WITHOUT ROWID;
-- One index per order of the list.
CREATE INDEX tokens_by_creation ON tokens (organization_id, created_at, id);
CREATE INDEX tokens_by_label ON tokens (organization_id, label_key, id);
CREATE INDEX tokens_by_end ON tokens (organization_id, expires_key, id, invalidated_at);
CREATE INDEX tokens_by_use ON tokens (organization_id, last_used_key, id);
CREATE INDEX tokens_of_owner ON tokens (organization_id, owner_id, created_at, id);
-- What filters and counts look up.
CREATE INDEX tokens_invalidated ON tokens (organization_id, created_at, id, invalidated_at) WHERE invalidated_at IS NOT NULL;
CREATE INDEX tokens_ending_of_owner ON tokens (organization_id, owner_id, expires_key, invalidated_at)
    WHERE invalidated_at IS NULL;
CREATE INDEX tokens_of_rare_kind ON tokens (organization_id, kind, created_at, id) WHERE kind <> 'api_key';
CREATE INDEX tokens_by_hint ON tokens (organization_id, key_hint);
CREATE INDEX tokens_by_address ON tokens (organization_id, last_used_ip) WHERE last_used_ip IS NOT NULL;

-- A row per secret: during an overlap two of them work.
CREATE TABLE token_secrets (
    token_id BLOB NOT NULL,
    generation INTEGER NOT NULL,
    organization_id BLOB NOT NULL,
    algorithm TEXT NOT NULL,
    hash BLOB NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    last_used_ip TEXT,
    last_used_agent TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT token_secrets_pk PRIMARY KEY (token_id, generation),
    CONSTRAINT token_secrets_token FOREIGN KEY (token_id) REFERENCES tokens (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
-- A key of Mintkey's own form names its token; only what was taken over from elsewhere is found by its hash.
CREATE INDEX token_secrets_by_hash ON token_secrets (hash) WHERE algorithm <> 'sha256';

CREATE TABLE token_scopes (
    token_id BLOB NOT NULL,
    scope TEXT NOT NULL,
    position INTEGER NOT NULL,
    organization_id BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT token_scopes_pk PRIMARY KEY (token_id, scope),
    CONSTRAINT token_scopes_token FOREIGN KEY (token_id) REFERENCES tokens (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX token_scopes_by_scope ON token_scopes (organization_id, scope, token_id);

CREATE TABLE token_cidrs (
    token_id BLOB NOT NULL,
    cidr TEXT NOT NULL,
    position INTEGER NOT NULL,
    organization_id BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT token_cidrs_pk PRIMARY KEY (token_id, cidr),
    CONSTRAINT token_cidrs_token FOREIGN KEY (token_id) REFERENCES tokens (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Where a word of a label begins, in lower case: a search is a range of the index.
CREATE TABLE token_words (
    token_id BLOB NOT NULL,
    word TEXT NOT NULL,
    organization_id BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT token_words_pk PRIMARY KEY (token_id, word),
    CONSTRAINT token_words_token FOREIGN KEY (token_id) REFERENCES tokens (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX token_words_by_word ON token_words (organization_id, word, token_id);

-- Kept in the transaction of every change, so that no page counts a million rows.
CREATE TABLE token_counts (
    organization_id BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    live INTEGER NOT NULL,
    invalidated INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT token_counts_pk PRIMARY KEY (organization_id, owner_id),
    CONSTRAINT token_counts_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE signing_keys (
    id BLOB NOT NULL,
    algorithm TEXT NOT NULL,
    public_jwk TEXT NOT NULL,
    private_encrypted BLOB NOT NULL,
    active INTEGER NOT NULL,
    retires_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT signing_keys_pk PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE revoked_access_tokens (
    id BLOB NOT NULL,
    organization_id BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT revoked_access_tokens_pk PRIMARY KEY (id),
    CONSTRAINT revoked_access_tokens_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX revoked_access_tokens_by_end ON revoked_access_tokens (expires_at);

CREATE TABLE idempotency_keys (
    organization_id BLOB NOT NULL,
    principal_id BLOB NOT NULL,
    route TEXT NOT NULL,
    key_hash BLOB NOT NULL,
    body_hash BLOB NOT NULL,
    response TEXT NOT NULL,
    status INTEGER NOT NULL,
    location TEXT,
    expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT idempotency_keys_pk PRIMARY KEY (organization_id, principal_id, route, key_hash),
    CONSTRAINT idempotency_keys_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_end ON idempotency_keys (expires_at);

-- A chain per organization: each hash covers the event and the hash before it. Nothing refers to the
-- objects that an event names, so that it outlives them.
CREATE TABLE audit_events (
    organization_id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    id BLOB NOT NULL,
    occurred_at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    actor_type TEXT NOT NULL,
    actor_id BLOB,
    actor_name TEXT NOT NULL,
    via TEXT NOT NULL,
    credential_id BLOB,
    ip TEXT,
    user_agent TEXT,
    request_id BLOB,
    action TEXT NOT NULL,
    target_type TEXT NOT NULL,
    target_id BLOB,
    target_name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    details TEXT NOT NULL,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT audit_events_pk PRIMARY KEY (organization_id, sequence),
    CONSTRAINT audit_events_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT settings_pk PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;
