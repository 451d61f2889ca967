-- Times are milliseconds since 1970 in UTC. What is compared by range has the collation "C", which is the
-- order of SQLite. The tables and columns are those of ../sqlite; a test compares the two.

CREATE TABLE organizations (
    id UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    audience TEXT,
    default_token_ttl BIGINT,
    max_token_ttl BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT organizations_pk PRIMARY KEY (id)
);

CREATE TABLE users (
    id UUID NOT NULL,
    email TEXT NOT NULL,
    email_normalized TEXT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    password_hash TEXT NOT NULL,
    password_changed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT users_pk PRIMARY KEY (id),
    CONSTRAINT users_email UNIQUE (email_normalized)
);

CREATE TABLE memberships (
    organization_id UUID NOT NULL,
    user_id UUID NOT NULL,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    credentials_valid_from BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT memberships_pk PRIMARY KEY (organization_id, user_id),
    CONSTRAINT memberships_organization FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT memberships_user FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX memberships_by_user ON memberships (user_id);

-- `key_hash` is SHA-256 of the cookie's id: who reads the table can't take over a session.
CREATE TABLE sessions (
    key_hash BYTEA NOT NULL,
    id UUID,
    organization_id UUID,
    user_id UUID,
    data TEXT NOT NULL,
    ip TEXT,
    user_agent TEXT,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT sessions_pk PRIMARY KEY (key_hash)
);
CREATE INDEX sessions_by_user ON sessions (user_id, last_seen_at);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE one_time_codes (
    id UUID NOT NULL,
    organization_id UUID,
    purpose TEXT NOT NULL,
    code_hash BYTEA NOT NULL,
    user_id UUID,
    email TEXT,
    role TEXT,
    expires_at BIGINT NOT NULL,
    consumed_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT one_time_codes_pk PRIMARY KEY (id),
    CONSTRAINT one_time_codes_hash UNIQUE (code_hash),
    CONSTRAINT one_time_codes_organization FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT one_time_codes_user FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX one_time_codes_by_purpose ON one_time_codes (purpose, user_id);

CREATE TABLE service_accounts (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    credentials_valid_from BIGINT NOT NULL,
    created_by_type TEXT NOT NULL,
    created_by_id UUID NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT service_accounts_pk PRIMARY KEY (id),
    CONSTRAINT service_accounts_name UNIQUE (organization_id, name),
    CONSTRAINT service_accounts_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
);

-- No row at all: the account may do what its role may.
CREATE TABLE service_account_scopes (
    service_account_id UUID NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    organization_id UUID NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT service_account_scopes_pk PRIMARY KEY (service_account_id, scope),
    CONSTRAINT service_account_scopes_account FOREIGN KEY (service_account_id)
        REFERENCES service_accounts (id) ON DELETE CASCADE
);

-- The members that an account is given to.
CREATE TABLE service_account_members (
    service_account_id UUID NOT NULL,
    user_id UUID NOT NULL,
    organization_id UUID NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT service_account_members_pk PRIMARY KEY (service_account_id, user_id),
    CONSTRAINT service_account_members_account FOREIGN KEY (service_account_id)
        REFERENCES service_accounts (id) ON DELETE CASCADE,
    CONSTRAINT service_account_members_membership FOREIGN KEY (organization_id, user_id)
        REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
);
CREATE INDEX service_account_members_by_user ON service_account_members (organization_id, user_id);

CREATE TABLE scopes (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT NOT NULL,
    admin_only BOOLEAN NOT NULL,
    built_in BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT scopes_pk PRIMARY KEY (id),
    CONSTRAINT scopes_name UNIQUE (organization_id, name),
    CONSTRAINT scopes_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
);

-- The `…_key` columns are what lists are sorted by: the label in lower case; never expires is the far future,
-- never used the far past. A page begins at a row value, and SQLite uses no index on an expression for that.
CREATE TABLE tokens (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    owner_type TEXT NOT NULL,
    owner_id UUID NOT NULL,
    label TEXT NOT NULL,
    label_key TEXT COLLATE "C" NOT NULL,
    description TEXT,
    kind TEXT NOT NULL,
    created_by_type TEXT NOT NULL,
    created_by_id UUID NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    expires_at BIGINT,
    invalidated_at BIGINT,
    keep_access_tokens BOOLEAN NOT NULL,
    rotated_at BIGINT,
    previous_secret_expires_at BIGINT,
    last_used_at BIGINT,
    last_used_ip TEXT,
    key_hint TEXT NOT NULL,
    expires_key BIGINT NOT NULL,
    last_used_key BIGINT NOT NULL,
    CONSTRAINT tokens_pk PRIMARY KEY (id),
    CONSTRAINT tokens_expires_key CHECK (expires_key = COALESCE(expires_at, 9223372036854775807)),
    CONSTRAINT tokens_last_used_key CHECK (last_used_key = COALESCE(last_used_at, -1)),
    CONSTRAINT tokens_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
);
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
    token_id UUID NOT NULL,
    generation BIGINT NOT NULL,
    organization_id UUID NOT NULL,
    algorithm TEXT NOT NULL,
    hash BYTEA NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    last_used_ip TEXT,
    last_used_agent TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT token_secrets_pk PRIMARY KEY (token_id, generation),
    CONSTRAINT token_secrets_token FOREIGN KEY (token_id) REFERENCES tokens (id) ON DELETE CASCADE
);
-- A key of Mintkey's own form names its token; only what was taken over from elsewhere is found by its hash.
CREATE INDEX token_secrets_by_hash ON token_secrets (hash) WHERE algorithm <> 'sha256';

CREATE TABLE token_scopes (
    token_id UUID NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    organization_id UUID NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT token_scopes_pk PRIMARY KEY (token_id, scope),
    CONSTRAINT token_scopes_token FOREIGN KEY (token_id) REFERENCES tokens (id) ON DELETE CASCADE
);
CREATE INDEX token_scopes_by_scope ON token_scopes (organization_id, scope, token_id);

CREATE TABLE token_cidrs (
    token_id UUID NOT NULL,
    cidr TEXT NOT NULL,
    position BIGINT NOT NULL,
    organization_id UUID NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT token_cidrs_pk PRIMARY KEY (token_id, cidr),
    CONSTRAINT token_cidrs_token FOREIGN KEY (token_id) REFERENCES tokens (id) ON DELETE CASCADE
);

-- Where a word of a label begins, in lower case: a search is a range of the index.
CREATE TABLE token_words (
    token_id UUID NOT NULL,
    word TEXT COLLATE "C" NOT NULL,
    organization_id UUID NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT token_words_pk PRIMARY KEY (token_id, word),
    CONSTRAINT token_words_token FOREIGN KEY (token_id) REFERENCES tokens (id) ON DELETE CASCADE
);
CREATE INDEX token_words_by_word ON token_words (organization_id, word, token_id);

-- Kept in the transaction of every change, so that no page counts a million rows.
CREATE TABLE token_counts (
    organization_id UUID NOT NULL,
    owner_id UUID NOT NULL,
    live BIGINT NOT NULL,
    invalidated BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT token_counts_pk PRIMARY KEY (organization_id, owner_id),
    CONSTRAINT token_counts_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
);

CREATE TABLE signing_keys (
    id UUID NOT NULL,
    algorithm TEXT NOT NULL,
    public_jwk TEXT NOT NULL,
    private_encrypted BYTEA NOT NULL,
    active BOOLEAN NOT NULL,
    retires_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT signing_keys_pk PRIMARY KEY (id)
);

CREATE TABLE revoked_access_tokens (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT revoked_access_tokens_pk PRIMARY KEY (id),
    CONSTRAINT revoked_access_tokens_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
);
CREATE INDEX revoked_access_tokens_by_end ON revoked_access_tokens (expires_at);

CREATE TABLE idempotency_keys (
    organization_id UUID NOT NULL,
    principal_id UUID NOT NULL,
    route TEXT NOT NULL,
    key_hash BYTEA NOT NULL,
    body_hash BYTEA NOT NULL,
    response TEXT NOT NULL,
    status BIGINT NOT NULL,
    location TEXT,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT idempotency_keys_pk PRIMARY KEY (organization_id, principal_id, route, key_hash),
    CONSTRAINT idempotency_keys_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
);
CREATE INDEX idempotency_keys_by_end ON idempotency_keys (expires_at);

-- A chain per organization: each hash covers the event and the hash before it. Nothing refers to the
-- objects that an event names, so that it outlives them.
CREATE TABLE audit_events (
    organization_id UUID NOT NULL,
    sequence BIGINT NOT NULL,
    id UUID NOT NULL,
    occurred_at BIGINT NOT NULL,
    count BIGINT NOT NULL,
    actor_type TEXT NOT NULL,
    actor_id UUID,
    actor_name TEXT NOT NULL,
    via TEXT NOT NULL,
    credential_id UUID,
    ip TEXT,
    user_agent TEXT,
    request_id UUID,
    action TEXT NOT NULL,
    target_type TEXT NOT NULL,
    target_id UUID,
    target_name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    details TEXT NOT NULL,
    previous_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT audit_events_pk PRIMARY KEY (organization_id, sequence),
    CONSTRAINT audit_events_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
);

CREATE TABLE settings (
    name TEXT COLLATE "C" NOT NULL,
    value TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT settings_pk PRIMARY KEY (name)
);
