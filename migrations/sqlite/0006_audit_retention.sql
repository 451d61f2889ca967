-- How long the audit log is kept, in milliseconds; for ever if nothing is said.
ALTER TABLE organizations ADD COLUMN audit_retention INTEGER;

-- Where an organization's log begins once its oldest events were removed: the last of those, under a signature that
-- takes the master key to make.
CREATE TABLE audit_checkpoints (
    organization_id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    hash BLOB NOT NULL,
    signature BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT audit_checkpoints_pk PRIMARY KEY (organization_id),
    CONSTRAINT audit_checkpoints_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
) STRICT, WITHOUT ROWID;
