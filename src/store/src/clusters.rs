//! Kubernetes clusters.

use mintkey_domain::{ClusterId, Label, Namespace, OrganizationId, ScopeName, Timestamp};

use crate::{
    Store, StoreError, Tx,
    sql::{FromRow, Row, Runner, insert_rows, sql, values},
};

/// A Kubernetes cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// The ID.
    pub id: ClusterId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The display name.
    pub name: Label,
    /// The URL of its API server.
    pub server: String,
    /// The certificates that its API server is checked with, in PEM.
    pub ca_pem: String,
    /// The namespace of kubeconfigs that are created without one.
    pub default_namespace: Namespace,
    /// The groups that credentials are members of.
    pub groups: Vec<ClusterGroup>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last updated.
    pub updated_at: Timestamp,
}

/// A group of a cluster, and the scope that makes a credential a member of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterGroup {
    /// Its name in the cluster.
    pub name: String,
    /// The scope.
    pub scope: ScopeName,
}

impl FromRow for Cluster {
    /// Leaves the groups, which have their own table.
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            organization_id: row.get("organization_id")?,
            name: row.get("name")?,
            server: row.get("server")?,
            ca_pem: row.get("ca_pem")?,
            default_namespace: Namespace::from_stored(row.get("default_namespace")?),
            groups: Vec::new(),
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

impl FromRow for ClusterGroup {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self { name: row.get("name")?, scope: row.get("scope")? })
    }
}

impl Store {
    /// The organization's clusters, by name.
    pub async fn clusters(&self, organization: OrganizationId) -> Result<Vec<Cluster>, StoreError> {
        all(&mut self.reader().await?, organization).await
    }

    /// The cluster with this ID.
    pub async fn cluster(&self, organization: OrganizationId, id: ClusterId) -> Result<Option<Cluster>, StoreError> {
        find(&mut self.reader().await?, organization, id).await
    }
}

impl Tx {
    /// The organization's clusters, by name.
    pub async fn clusters(&mut self, organization: OrganizationId) -> Result<Vec<Cluster>, StoreError> {
        all(self, organization).await
    }

    /// The cluster with this ID.
    pub async fn cluster(
        &mut self,
        organization: OrganizationId,
        id: ClusterId,
    ) -> Result<Option<Cluster>, StoreError> {
        find(self, organization, id).await
    }

    /// The number of the organization's clusters.
    pub async fn count_clusters(&mut self, organization: OrganizationId) -> Result<i64, StoreError> {
        sql("SELECT COUNT(*) AS value FROM clusters WHERE organization_id = $1").bind(organization).scalar(self).await
    }

    /// Inserts a cluster. [`Constraint::ClusterName`](crate::Constraint::ClusterName) if the name is taken.
    pub async fn insert_cluster(&mut self, cluster: &Cluster) -> Result<(), StoreError> {
        sql("INSERT INTO clusters \
            (id, organization_id, name, server, ca_pem, default_namespace, created_at, updated_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(cluster.id)
        .bind(cluster.organization_id)
        .bind(&cluster.name)
        .bind(&cluster.server)
        .bind(&cluster.ca_pem)
        .bind(cluster.default_namespace.as_str())
        .bind(cluster.created_at)
        .bind(cluster.updated_at)
        .execute(self)
        .await?;
        insert_groups(self, cluster).await
    }

    /// Updates a cluster and replaces its groups. [`StoreError::NothingChanged`] if there is no such cluster.
    pub async fn update_cluster(&mut self, cluster: &Cluster) -> Result<(), StoreError> {
        sql("UPDATE clusters SET name = $3, server = $4, ca_pem = $5, default_namespace = $6, updated_at = $7 \
            WHERE organization_id = $1 AND id = $2")
        .bind(cluster.organization_id)
        .bind(cluster.id)
        .bind(&cluster.name)
        .bind(&cluster.server)
        .bind(&cluster.ca_pem)
        .bind(cluster.default_namespace.as_str())
        .bind(cluster.updated_at)
        .change(self)
        .await?;
        sql("DELETE FROM cluster_groups WHERE cluster_id = $1").bind(cluster.id).execute(self).await?;
        insert_groups(self, cluster).await
    }

    /// Deletes a cluster. [`StoreError::NothingChanged`] if there is no such cluster.
    pub async fn delete_cluster(&mut self, organization: OrganizationId, id: ClusterId) -> Result<(), StoreError> {
        sql("DELETE FROM clusters WHERE organization_id = $1 AND id = $2")
            .bind(organization)
            .bind(id)
            .change(self)
            .await
    }
}

async fn all(on: &mut impl Runner, organization: OrganizationId) -> Result<Vec<Cluster>, StoreError> {
    let statement = sql("SELECT * FROM clusters WHERE organization_id = $1 ORDER BY name, id").bind(organization);
    let mut clusters: Vec<Cluster> = statement.all_readable(on).await?;
    for cluster in &mut clusters {
        cluster.groups = groups(on, cluster.id).await?;
    }
    Ok(clusters)
}

async fn find(
    on: &mut impl Runner,
    organization: OrganizationId,
    id: ClusterId,
) -> Result<Option<Cluster>, StoreError> {
    let statement = sql("SELECT * FROM clusters WHERE organization_id = $1 AND id = $2").bind(organization).bind(id);
    let Some(mut cluster) = statement.optional_readable::<Cluster>(on).await? else { return Ok(None) };
    cluster.groups = groups(on, id).await?;
    Ok(Some(cluster))
}

/// A group that can't be read has no members.
async fn groups(on: &mut impl Runner, cluster: ClusterId) -> Result<Vec<ClusterGroup>, StoreError> {
    sql("SELECT name, scope FROM cluster_groups WHERE cluster_id = $1 ORDER BY position")
        .bind(cluster)
        .all_readable(on)
        .await
}

async fn insert_groups(on: &mut impl Runner, cluster: &Cluster) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for (position, group) in (0_i64..).zip(&cluster.groups) {
        values!(rows; cluster.id, position, cluster.organization_id, &group.name, group.scope.as_str(), cluster.updated_at);
    }
    let text = "INSERT INTO cluster_groups (cluster_id, position, organization_id, name, scope, updated_at)";
    insert_rows(on, text, 6, rows, "").await.map(|_| ())
}
