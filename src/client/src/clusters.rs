//! Kubernetes clusters: `/api/v1/clusters`.

use futures_util::Stream;
use mintkey_domain::{
    ClusterId,
    wire::{Cluster, ClusterGroup, ListPage},
};
use reqwest::Method;
use serde::Serialize;

use crate::{Client, Page, Result, transport::Request};

const PATH: &str = "/api/v1/clusters";

/// A cluster to register.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewCluster {
    /// Its display name.
    pub name: String,
    /// The URL of its API server.
    pub server: String,
    /// The certificates that its API server is checked with, in PEM.
    pub ca_pem: String,
    /// The namespace of those who name none; `default` if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_namespace: Option<String>,
    /// The groups, each with the scope that makes a credential a member of it.
    pub groups: Vec<ClusterGroup>,
}

/// Changes to a cluster. A field that is `None` stays as it is.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ClusterChanges {
    /// Its display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The URL of its API server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The certificates that its API server is checked with, in PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_pem: Option<String>,
    /// The namespace of those who name none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_namespace: Option<String>,
    /// All groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<ClusterGroup>>,
}

/// Requests about clusters.
#[derive(Clone, Copy)]
pub struct Clusters<'a>(&'a Client);

impl Client {
    /// Requests about Kubernetes clusters.
    pub fn clusters(&self) -> Clusters<'_> {
        Clusters(self)
    }
}

impl<'a> Clusters<'a> {
    /// One page of the clusters, by name.
    pub async fn list(self, page: &Page) -> Result<ListPage<Cluster>> {
        self.0.list(PATH, &(), page).await
    }

    /// All clusters.
    pub fn all(self) -> impl Stream<Item = Result<Cluster>> + 'a {
        self.0.stream(PATH.to_owned(), ())
    }

    /// Registers a cluster.
    pub async fn create(self, new: &NewCluster) -> Result<Cluster> {
        self.0.send(Request::new(Method::POST, PATH).json(new)).await
    }

    /// One cluster.
    pub async fn get(self, id: ClusterId) -> Result<Cluster> {
        self.0.send(Request::new(Method::GET, format!("{PATH}/{id}"))).await
    }

    /// Changes a cluster.
    pub async fn edit(self, id: ClusterId, changes: &ClusterChanges) -> Result<Cluster> {
        self.0.send(Request::new(Method::PATCH, format!("{PATH}/{id}")).json(changes)).await
    }

    /// Deletes a cluster.
    pub async fn delete(self, id: ClusterId) -> Result<()> {
        self.0.send_for_nothing(Request::new(Method::DELETE, format!("{PATH}/{id}"))).await
    }
}
