//! Kubernetes clusters: registered by administrators, and what their API servers ask about credentials.

mod change;
mod kubeconfig;
mod outliving;
mod review;

use mintkey_domain::{AuditAction, ClusterId, OrganizationId, Principal, wire};
use mintkey_store::{Cluster, Token};

use crate::{Actor, Error, Result, Service, catalogue::Catalogue, identity_cache::OwnerRecord};

pub use change::{ClusterChanges, NewCluster, NewClusterGroup};
pub use review::ReviewedUser;

pub(crate) use kubeconfig::{AuthInfo, Kubeconfig};

impl Service {
    /// The organization's clusters, by name.
    pub async fn list_clusters(&self, actor: &Actor) -> Result<Vec<wire::Cluster>> {
        actor.require_for(AuditAction::ClusterRead)?;
        let mut clusters = self.store.clusters(actor.organization).await?;
        clusters.sort_by_cached_key(|cluster| (cluster.name.as_str().to_lowercase(), cluster.id));
        Ok(clusters.into_iter().map(view).collect())
    }

    /// The cluster with this ID.
    pub async fn cluster(&self, actor: &Actor, id: ClusterId) -> Result<wire::Cluster> {
        actor.require_for(AuditAction::ClusterRead)?;
        self.store.cluster(actor.organization, id).await?.map(view).ok_or_else(Error::not_found)
    }
}

/// The name of a user or service account in clusters.
pub(crate) fn username(organization: OrganizationId, principal: Principal) -> String {
    format!("mintkey:{organization}:{}", principal.id())
}

/// The groups of a cluster that a credential is a member of. None by role: a token stands for what its scopes allow.
fn groups(cluster: &Cluster, allows: impl Fn(&str) -> bool) -> Vec<String> {
    let mut groups = Vec::new();
    for group in cluster.groups.iter().filter(|group| allows(group.scope.as_str())) {
        if !groups.contains(&group.name) {
            groups.push(group.name.clone());
        }
    }
    groups
}

/// The groups of a cluster that a token of this owner is a member of now.
pub(crate) fn groups_of_token(
    cluster: &Cluster,
    token: &Token,
    owner: &OwnerRecord,
    catalogue: &Catalogue,
) -> Vec<String> {
    groups(cluster, |scope| token.scopes.covers(scope) && owner.may_use(scope, catalogue))
}

fn view(cluster: Cluster) -> wire::Cluster {
    wire::Cluster {
        id: cluster.id,
        name: cluster.name.to_string(),
        server: cluster.server,
        ca_pem: cluster.ca_pem,
        default_namespace: cluster.default_namespace.to_string(),
        groups: cluster
            .groups
            .into_iter()
            .map(|group| wire::ClusterGroup { group: group.name, scope: group.scope.as_str().to_owned() })
            .collect(),
        created_at: cluster.created_at,
        updated_at: cluster.updated_at,
    }
}
