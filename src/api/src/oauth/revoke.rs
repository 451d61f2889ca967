//! `POST /oauth/revoke` (RFC 7009).

use axum::extract::State;
use deserr::Deserr;
use http::{HeaderMap, StatusCode};
use mintkey_domain::{API_KEY_PREFIX, AuditAction, request::RequestErrors};
use mintkey_service::bare_credential;
use utoipa::ToSchema;

use super::{
    client::{ClientParameters, caller},
    error::Rejection,
    form::{OAuthForm, OAuthRequest},
};
use crate::{extract::ClientOrigin, oauth_error::OAuthError, state::Api};

/// An access token to revoke.
#[derive(Deserr, ToSchema)]
#[deserr(error = RequestErrors)]
pub(super) struct Revocation {
    /// The access token. White space around it and the scheme of an `Authorization` header are dropped.
    #[deserr(default)]
    #[schema(required = true, nullable = false)]
    token: Option<String>,
    /// Accepted and ignored.
    #[deserr(default)]
    #[schema(nullable = false)]
    #[expect(dead_code, reason = "a client may send it (RFC 7009 section 2.1), so the document has it")]
    token_type_hint: Option<String>,
    #[deserr(skip)]
    #[serde(flatten)]
    client: ClientParameters,
}

impl OAuthRequest for Revocation {
    fn set_client(&mut self, client: ClientParameters) {
        self.client = client;
    }
}

/// Revoke an access token
///
/// Revokes one access token of the calling client, at once. The answer is the same for anything else, so that it
/// reveals nothing about tokens of other clients. An API key isn't revoked here: invalidate its token.
#[utoipa::path(
    post, path = "/oauth/revoke",
    request_body(
        content = Revocation, content_type = "application/x-www-form-urlencoded",
        example = json!({"token": "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…"}),
    ),
    responses((status = 200, description = "The access token doesn't work any more, or never did.")),
    extensions(("x-audit-action" = json!(AuditAction::AccessTokenRevoke))),
)]
pub(super) async fn revoke_access_token(
    State(api): State<Api>,
    ClientOrigin(origin): ClientOrigin,
    headers: HeaderMap,
    OAuthForm(form): OAuthForm<Revocation>,
) -> Result<StatusCode, Rejection> {
    let actor = caller(&api, &headers, origin, form.client).await?;
    let text = form.token.ok_or(OAuthError::invalid_request("token is missing."))?;
    if bare_credential(&text).starts_with(API_KEY_PREFIX) {
        let message = "An API key isn't revoked here. Invalidate its token.";
        return Err(OAuthError::new("unsupported_token_type", message).into());
    }
    api.service.revoke_access_token(&actor, &text).await?;
    Ok(StatusCode::OK)
}
