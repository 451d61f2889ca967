-- An authority that issues the client certificates of an organization. The newest one issues; the others are kept for the
-- certificates that they have issued. `certificates`, in PEM: its own, and those above it if an administrator brought it.
CREATE TABLE certificate_authorities (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    certificates TEXT NOT NULL,
    brought BOOLEAN NOT NULL,
    private_encrypted BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT certificate_authorities_pk PRIMARY KEY (id),
    CONSTRAINT certificate_authorities_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
);
CREATE INDEX certificate_authorities_by_organization ON certificate_authorities (organization_id, id);

-- A certificate is a proof of its token beside the secret of the same generation, and ends with it.
ALTER TABLE token_secrets ADD COLUMN certificate_fingerprint BYTEA;
ALTER TABLE token_secrets ADD COLUMN certificate_expires_at BIGINT;

-- Every certificate that hasn't ended by itself. A row outlives its token and its secret, because revocation lists name the
-- certificates that have lost theirs.
CREATE TABLE certificates (
    authority_id UUID NOT NULL,
    serial BYTEA NOT NULL,
    organization_id UUID NOT NULL,
    token_id UUID NOT NULL,
    generation BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT certificates_pk PRIMARY KEY (authority_id, serial),
    CONSTRAINT certificates_authority FOREIGN KEY (authority_id) REFERENCES certificate_authorities (id)
);
CREATE INDEX certificates_by_organization ON certificates (organization_id, expires_at);
CREATE INDEX certificates_by_end ON certificates (expires_at);

-- Whether certificates may be handed out in the older form of PKCS#12, whose encryption is weak.
ALTER TABLE organizations ADD COLUMN allow_compatible_pkcs12 BOOLEAN NOT NULL DEFAULT FALSE;
