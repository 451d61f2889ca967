-- Kubernetes clusters whose API server asks Mintkey about credentials.
CREATE TABLE clusters (
    id BLOB NOT NULL,
    organization_id BLOB NOT NULL,
    name TEXT NOT NULL,
    server TEXT NOT NULL,
    ca_pem TEXT NOT NULL,
    default_namespace TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT clusters_pk PRIMARY KEY (id),
    CONSTRAINT clusters_name UNIQUE (organization_id, name),
    CONSTRAINT clusters_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
) STRICT, WITHOUT ROWID;

-- A credential is a member of a group there if it may use the scope.
CREATE TABLE cluster_groups (
    cluster_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    organization_id BLOB NOT NULL,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT cluster_groups_pk PRIMARY KEY (cluster_id, position),
    CONSTRAINT cluster_groups_cluster FOREIGN KEY (cluster_id) REFERENCES clusters (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

INSERT INTO scopes (id, organization_id, name, description, admin_only, built_in, created_at, updated_at)
    SELECT randomblob(16), id, 'mintkey:clusters.read', 'List Kubernetes clusters', 0, 1, created_at, created_at
    FROM organizations;
INSERT INTO scopes (id, organization_id, name, description, admin_only, built_in, created_at, updated_at)
    SELECT randomblob(16), id, 'mintkey:clusters.write', 'Add, change and remove Kubernetes clusters', 1, 1, created_at, created_at
    FROM organizations;
