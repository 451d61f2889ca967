//! `POST /oauth/introspect` (RFC 7662).

use std::net::IpAddr;

use axum::{Json, extract::State, response::IntoResponse};
use deserr::Deserr;
use http::HeaderMap;
use mintkey_domain::{OrganizationId, PrincipalType, Timestamp, request::RequestErrors};
use mintkey_service::{Confirmation, Introspection};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    client::{ClientParameters, caller},
    error::Rejection,
    form::{OAuthForm, OAuthRequest},
};
use crate::{extract::ClientOrigin, oauth_error::OAuthError, refusal_floor, state::Api};

/// An introspection request.
#[derive(Deserr, ToSchema)]
#[deserr(error = RequestErrors)]
pub(super) struct IntrospectionRequest {
    /// The access token or API key. White space around it and the scheme of an `Authorization` header are dropped.
    #[deserr(default)]
    #[schema(required = true, nullable = false)]
    token: Option<String>,
    /// Accepted and ignored.
    #[deserr(default)]
    #[schema(nullable = false)]
    #[expect(dead_code, reason = "a client may send it (RFC 7662 section 2.1), so the document has it")]
    token_type_hint: Option<String>,
    /// The address that it was used from. A credential that is bound to addresses is active for one of them only.
    #[deserr(default)]
    #[schema(nullable = false, format = "ip")]
    ip: Option<String>,
    #[deserr(skip)]
    #[serde(flatten)]
    client: ClientParameters,
}

/// The state of a credential (RFC 7662 section 2.2). All members but `active` are there only if that is true.
#[derive(Serialize, ToSchema, Default)]
pub(super) struct Introspected {
    /// Whether the credential works now.
    active: bool,
    /// The scopes that it may use now, separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    scope: Option<String>,
    /// The client ID; `mintkey` for an access token that came from a password.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    client_id: Option<String>,
    /// The e-mail address of a user, or the name of a service account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    username: Option<String>,
    /// `Bearer` for an access token, `api_key` for an API key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    token_type: Option<&'static str>,
    /// When it expires, in seconds since 1970; left out for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    exp: Option<i64>,
    /// When the access token was issued, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    iat: Option<i64>,
    /// The user or service account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sub: Option<Uuid>,
    /// The type of `sub`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sub_type: Option<PrincipalType>,
    /// The audience of the access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    aud: Option<String>,
    /// The issuer of the access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    iss: Option<String>,
    /// The access token's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    jti: Option<Uuid>,
    /// What the access token is bound to: `x5t#S256`, SHA-256 of a certificate in base64url. Compare it with that of your
    /// client (RFC 8705 section 3.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Object>)]
    cnf: Option<Confirmation>,
    /// The organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    organization_id: Option<OrganizationId>,
}

impl OAuthRequest for IntrospectionRequest {
    fn set_client(&mut self, client: ClientParameters) {
        self.client = client;
    }
}

impl From<Introspection> for Introspected {
    fn from(found: Introspection) -> Self {
        let claims = found.access_token;
        Self {
            active: true,
            scope: Some(found.scopes.join(" ")),
            client_id: Some(found.client_id),
            username: Some(found.username),
            token_type: Some(if claims.is_some() { "Bearer" } else { "api_key" }),
            exp: found.expires_at.map(Timestamp::seconds),
            iat: claims.as_ref().map(|claims| claims.iat),
            sub: Some(found.subject),
            sub_type: Some(found.subject_type),
            jti: claims.as_ref().map(|claims| claims.jti),
            aud: claims.as_ref().map(|claims| claims.aud.clone()),
            cnf: claims.as_ref().and_then(|claims| claims.cnf.clone()),
            iss: claims.map(|claims| claims.iss),
            organization_id: Some(found.organization_id),
        }
    }
}

/// Introspect a credential
///
/// For an API that received an access token or an API key. The caller authenticates by any header of the JSON API, or
/// by client ID and secret in the form, and holds `mintkey:verify`; without it, it can introspect its own credentials.
/// An active answer counts as a use of the token. A credential that isn't active, or isn't the caller's to see, gets
/// `{"active": false}` and nothing else.
#[utoipa::path(
    post, path = "/oauth/introspect",
    request_body(
        content = IntrospectionRequest, content_type = "application/x-www-form-urlencoded",
        example = json!({"token": "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…"}),
    ),
    responses(
        (status = 200, description = "The state of the credential.", body = Introspected,
         example = json!({
             "active": true,
             "scope": "plants.read",
             "client_id": "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01",
             "username": "hall-b-gateway",
             "token_type": "Bearer",
             "exp": 1_795_342_440,
             "iat": 1_795_338_840,
             "sub": "01998f6a-0003-7d30-8b1f-0c8a2f6e4d05",
             "sub_type": "service_account",
         })),
    ),
)]
pub(super) async fn introspect(
    State(api): State<Api>,
    ClientOrigin(origin): ClientOrigin,
    headers: HeaderMap,
    OAuthForm(form): OAuthForm<IntrospectionRequest>,
) -> Result<impl IntoResponse, Rejection> {
    let actor = caller(&api, &headers, origin, form.client).await?;
    let text = form.token.ok_or(OAuthError::invalid_request("token is missing."))?;
    let ip = form.ip.map(|text| text.parse::<IpAddr>()).transpose();
    let ip = ip.map_err(|_| OAuthError::invalid_request("ip is not an IP address."))?;
    let found = api.service.introspect(&actor, &text, ip).await?;
    Ok((refusal_floor::mark(found.is_some()), Json(found.map_or_else(Introspected::default, Introspected::from))))
}
