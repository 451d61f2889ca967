//! Checks of other callers' credentials: `/api/v1/verify`.

use std::net::IpAddr;

use mintkey_domain::{SecretText, wire::Verification};
use reqwest::Method;
use serde::Serialize;

use crate::{Client, Result, transport::Request};

/// A credential to check.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    #[serde(serialize_with = "SecretText::show")]
    credential: SecretText,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<IpAddr>,
}

impl Check {
    /// A check of an API key or an access token, or of the whole value of an `Authorization` header.
    pub fn new(credential: impl Into<String>) -> Self {
        Self { credential: SecretText::new(credential.into()), scopes: Vec::new(), ip: None }
    }

    /// Requires a scope.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// The address that the credential was sent from.
    #[must_use]
    pub fn ip(mut self, ip: IpAddr) -> Self {
        self.ip = Some(ip);
        self
    }
}

impl Client {
    /// Checks a credential of the caller's organization. A credential that isn't valid is no error.
    pub async fn verify(&self, check: &Check) -> Result<Verification> {
        self.send(Request::new(Method::POST, "/api/v1/verify").json(check)).await
    }
}
