//! Wire types of Kubernetes clusters.

use serde::{Deserialize, Serialize};

use crate::{ClusterId, Timestamp};

/// A Kubernetes cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cluster {
    /// ID.
    pub id: ClusterId,
    /// Display name.
    pub name: String,
    /// The URL of its API server.
    pub server: String,
    /// The certificates that its API server is checked with, in PEM.
    pub ca_pem: String,
    /// The namespace of those who name none.
    pub default_namespace: String,
    /// The groups that credentials are members of there.
    pub groups: Vec<ClusterGroup>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A group of a cluster, and the scope that makes a credential a member of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClusterGroup {
    /// Its name in the cluster.
    pub group: String,
    /// The scope.
    pub scope: String,
}
