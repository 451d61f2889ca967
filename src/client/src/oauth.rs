//! Access tokens: `/api/v1/login` and OAuth 2.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use mintkey_domain::{OrganizationId, SecretText, TokenId, wire::AccessToken};
use reqwest::{Method, header::HeaderValue};
use serde::Serialize;
use serde_json::Value;

use crate::{Client, Error, Result, transport::Request};

/// A person who signs in.
#[derive(Debug, Clone, Serialize)]
pub struct Login {
    username: String,
    #[serde(serialize_with = "SecretText::show")]
    password: SecretText,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_id: Option<OrganizationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

/// Requests to the OAuth 2 endpoints.
#[derive(Clone, Copy)]
pub struct OAuth<'a>(&'a Client);

impl Login {
    /// A sign-in with an e-mail address and a password.
    pub fn new(email: impl Into<String>, password: SecretText) -> Self {
        Self { username: email.into(), password, organization_id: None, scope: None }
    }

    /// The organization, for a person who is a member of several.
    #[must_use]
    pub fn organization(mut self, id: Option<OrganizationId>) -> Self {
        self.organization_id = id;
        self
    }

    /// Narrows the access token to these scopes, separated by spaces.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }
}

impl Client {
    /// Exchanges a password for an access token.
    pub async fn login(&self, login: &Login) -> Result<AccessToken> {
        self.send(Request::new(Method::POST, "/api/v1/login").json(login).anonymous()).await
    }

    /// Requests to the OAuth 2 endpoints.
    pub fn oauth(&self) -> OAuth<'_> {
        OAuth(self)
    }
}

impl OAuth<'_> {
    /// Exchanges a client ID and its client secret for an access token (RFC 6749 section 4.4).
    ///
    /// # Errors
    /// `invalid_client` if either is wrong, `invalid_scope` if the token doesn't hold a scope.
    pub async fn token(self, id: TokenId, secret: &SecretText, scope: Option<&str>) -> Result<AccessToken> {
        #[derive(Serialize)]
        struct Grant<'a> {
            grant_type: &'static str,
            scope: Option<&'a str>,
        }
        let form = Grant { grant_type: "client_credentials", scope };
        self.0.send(Request::new(Method::POST, "/oauth/token").form(&form).basic(basic(id, secret)?)).await
    }

    /// The state of a credential (RFC 7662): `{"active": false}` if it doesn't work or isn't the caller's to see.
    pub async fn introspect(self, token: &SecretText) -> Result<Value> {
        self.0.send(Request::new(Method::POST, "/oauth/introspect").form(&[("token", token.expose())])).await
    }

    /// Revokes one access token of a client (RFC 7009).
    pub async fn revoke(self, id: TokenId, secret: &SecretText, access_token: &SecretText) -> Result<()> {
        let request = Request::new(Method::POST, "/oauth/revoke").form(&[("token", access_token.expose())]);
        self.0.send_for_nothing(request.basic(basic(id, secret)?)).await
    }

    /// The addresses and abilities of the server (RFC 8414).
    pub async fn metadata(self) -> Result<Value> {
        self.0.send(Request::new(Method::GET, "/.well-known/oauth-authorization-server").anonymous()).await
    }

    /// The public keys that verify access tokens (RFC 7517).
    pub async fn jwks(self) -> Result<Value> {
        self.0.send(Request::new(Method::GET, "/.well-known/jwks.json").anonymous()).await
    }
}

/// The value of an `Authorization` header (RFC 6749 section 2.3.1). A UUID and base62 need no form encoding.
fn basic(id: TokenId, secret: &SecretText) -> Result<HeaderValue> {
    let secret = secret.expose();
    if secret.is_empty() || !secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err(Error::InvalidCredential("expected a client secret (mks_…)"));
    }
    let pair = STANDARD.encode(format!("{id}:{secret}"));
    let mut value = HeaderValue::try_from(format!("Basic {pair}")).expect("base64 is visible ASCII");
    value.set_sensitive(true);
    Ok(value)
}
