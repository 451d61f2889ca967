//! The organization of the credential: `/api/v1/organization`.

use mintkey_domain::wire::Organization;
use reqwest::Method;
use serde::Serialize;

use crate::{Client, Result, transport::Request};

const PATH: &str = "/api/v1/organization";

/// Changes to the organization. A field that is `None` stays as it is.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OrganizationChanges {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Default token lifetime: `90d`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_token_ttl: Option<String>,
    /// Maximum token lifetime; `Some(None)` is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_token_ttl: Option<Option<String>>,
    /// The `aud` of access tokens; `Some(None)` is the organization's own address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<Option<String>>,
    /// Audit log retention; `Some(None)` keeps events forever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit_retention: Option<Option<String>>,
    /// Whether PKCS#12 bundles with weak encryption may be handed out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_compatible_pkcs12: Option<bool>,
}

impl Client {
    /// The organization of the credential, and its settings.
    pub async fn organization(&self) -> Result<Organization> {
        self.send(Request::new(Method::GET, PATH)).await
    }

    /// Changes the organization's settings.
    pub async fn edit_organization(&self, changes: &OrganizationChanges) -> Result<Organization> {
        self.send(Request::new(Method::PATCH, PATH).json(changes)).await
    }
}
