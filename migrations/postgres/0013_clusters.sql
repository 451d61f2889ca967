-- Kubernetes clusters whose API server asks Mintkey about credentials.
CREATE TABLE clusters (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    server TEXT NOT NULL,
    ca_pem TEXT NOT NULL,
    default_namespace TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT clusters_pk PRIMARY KEY (id),
    CONSTRAINT clusters_name UNIQUE (organization_id, name),
    CONSTRAINT clusters_organization FOREIGN KEY (organization_id) REFERENCES organizations (id)
);

-- A credential is a member of a group there if it may use the scope.
CREATE TABLE cluster_groups (
    cluster_id UUID NOT NULL,
    position BIGINT NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT cluster_groups_pk PRIMARY KEY (cluster_id, position),
    CONSTRAINT cluster_groups_cluster FOREIGN KEY (cluster_id) REFERENCES clusters (id) ON DELETE CASCADE
);

INSERT INTO scopes (id, organization_id, name, description, admin_only, built_in, created_at, updated_at)
    SELECT gen_random_uuid(), id, 'mintkey:clusters.read', 'List Kubernetes clusters', FALSE, TRUE, created_at, created_at
    FROM organizations;
INSERT INTO scopes (id, organization_id, name, description, admin_only, built_in, created_at, updated_at)
    SELECT gen_random_uuid(), id, 'mintkey:clusters.write', 'Add, change and remove Kubernetes clusters', TRUE, TRUE, created_at, created_at
    FROM organizations;
