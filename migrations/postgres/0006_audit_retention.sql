-- How long the audit log is kept, in milliseconds; for ever if nothing is said.
ALTER TABLE organizations ADD COLUMN audit_retention BIGINT;

-- Where an organization's log begins once its oldest events were removed: the last of those, under a signature that
-- takes the master key to make.
CREATE TABLE audit_checkpoints (
    organization_id UUID NOT NULL,
    sequence BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    signature BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT audit_checkpoints_pk PRIMARY KEY (organization_id),
    CONSTRAINT audit_checkpoints_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
);
