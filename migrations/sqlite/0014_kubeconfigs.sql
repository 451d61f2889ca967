-- The kubeconfig of a token. A cluster isn't deleted while a token that isn't invalidated has one for it.
CREATE TABLE token_kubeconfigs (
    token_id BLOB NOT NULL,
    organization_id BLOB NOT NULL,
    cluster_id BLOB NOT NULL,
    namespace TEXT NOT NULL,
    method TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT token_kubeconfigs_pk PRIMARY KEY (token_id),
    CONSTRAINT token_kubeconfigs_token FOREIGN KEY (token_id) REFERENCES tokens (id) ON DELETE CASCADE,
    CONSTRAINT token_kubeconfigs_cluster FOREIGN KEY (cluster_id) REFERENCES clusters (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX token_kubeconfigs_by_cluster ON token_kubeconfigs (cluster_id, token_id);

-- The groups that the certificate of a kubeconfig names, one in a line. Clusters accept them until the certificate ends.
ALTER TABLE certificates ADD COLUMN cluster_groups TEXT;
