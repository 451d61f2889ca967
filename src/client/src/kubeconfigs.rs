//! The kubeconfig that a new token gets.

use mintkey_domain::{ClusterId, KubeconfigMethod};
use serde::Serialize;

/// The kubeconfig that a new token of that kind gets.
///
/// ```
/// # use mintkey_client::{ClusterId, KubeconfigMethod, KubeconfigRequest, Token};
/// # fn token(plant_3: ClusterId) -> Token {
/// let kubeconfig = KubeconfigRequest::new(plant_3).namespace("plant").method(KubeconfigMethod::Token);
/// Token::new("deployer").scope("deployments.write").kubeconfig(kubeconfig)
/// # }
/// ```
#[derive(Debug, Clone, Serialize)]
pub struct KubeconfigRequest {
    cluster_id: ClusterId,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<KubeconfigMethod>,
}

impl KubeconfigRequest {
    /// A kubeconfig for this cluster.
    pub const fn new(cluster: ClusterId) -> Self {
        Self { cluster_id: cluster, namespace: None, method: None }
    }

    /// The namespace of commands that name none; the cluster's default if left out.
    #[must_use]
    pub fn namespace(mut self, name: impl Into<String>) -> Self {
        self.namespace = Some(name.into());
        self
    }

    /// How `kubectl` authenticates; [`KubeconfigMethod::Exec`] if left out.
    #[must_use]
    pub const fn method(mut self, method: KubeconfigMethod) -> Self {
        self.method = Some(method);
        self
    }
}
