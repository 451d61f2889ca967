//! `POST /oauth/token` (RFC 6749 section 4.4).

use axum::{Json, extract::State};
use deserr::Deserr;
use http::HeaderMap;
use mintkey_domain::{AuditAction, request::RequestErrors, wire};
use mintkey_service::LoginRequest;
use utoipa::ToSchema;

use super::{
    client::{Client, ClientParameters, client},
    error::Rejection,
    form::{OAuthForm, OAuthRequest, is_about_fields},
};
use crate::{extract::ClientOrigin, oauth_error::OAuthError, state::Api};

/// A request for an access token.
#[derive(Deserr, ToSchema)]
#[deserr(error = RequestErrors)]
pub(super) struct AccessTokenRequest {
    /// Always `client_credentials`.
    #[deserr(default)]
    #[schema(required = true, nullable = false)]
    grant_type: Option<String>,
    /// Narrows the access token to these scopes, separated by spaces.
    #[deserr(default)]
    #[schema(nullable = false)]
    scope: Option<String>,
    #[deserr(skip)]
    #[serde(flatten)]
    client: ClientParameters,
}

impl OAuthRequest for AccessTokenRequest {
    fn set_client(&mut self, client: ClientParameters) {
        self.client = client;
    }
}

/// Request an access token
///
/// The client credentials grant. The client authenticates by `Basic` (ID and secret form-encoded, as in RFC 6749
/// section 2.3.1), by `client_id` and `client_secret` in the form, by a JWT that it signed with one of its keys
/// (`private_key_jwt`, RFC 7523), or by `client_id` and its certificate (`tls_client_auth`, RFC 8705), and not in two ways.
/// The certificate is needed with the access token too. The access token is a JWT (RFC 9068) with a lifetime of at most
/// an hour; it never outlives its token, and is revoked with it.
#[utoipa::path(
    post, path = "/oauth/token",
    request_body(
        content = AccessTokenRequest, content_type = "application/x-www-form-urlencoded",
        example = json!({"grant_type": "client_credentials", "scope": "plants.read"}),
    ),
    responses((status = 200, description = "The access token.", body = wire::AccessToken)),
    extensions(("x-audit-action" = json!(AuditAction::AccessTokenCreate))),
)]
pub(super) async fn request_access_token(
    State(api): State<Api>,
    ClientOrigin(origin): ClientOrigin,
    headers: HeaderMap,
    OAuthForm(form): OAuthForm<AccessTokenRequest>,
) -> Result<Json<wire::AccessToken>, Rejection> {
    require_client_credentials(form.grant_type.as_deref())?;
    let client = client(&headers, origin.certificate, form.client)?;
    let by_header = matches!(client, Client::Secret { by_header: true, .. });
    let token = api.service.login(login_request(client, form.scope), origin).await;
    token
        .map(Json)
        .map_err(|error| if is_about_fields(&error) { invalid_scope() } else { Rejection::of_client(error, by_header) })
}

/// Checks that the request uses the only supported grant.
fn require_client_credentials(grant_type: Option<&str>) -> Result<(), OAuthError> {
    match grant_type {
        Some("client_credentials") => Ok(()),
        Some(_) => Err(OAuthError::new("unsupported_grant_type", "Only client_credentials is supported.")),
        None => Err(OAuthError::invalid_request("grant_type is missing.")),
    }
}

fn login_request(client: Client, scope: Option<String>) -> LoginRequest {
    match client {
        Client::Secret { id, secret, .. } => LoginRequest::Client { client_id: id, client_secret: secret, scope },
        Client::Certificate { certificate, id } => LoginRequest::Certificate { certificate, client_id: id, scope },
        Client::Assertion { assertion, id } => LoginRequest::Assertion { assertion, client_id: id, scope },
    }
}

fn invalid_scope() -> Rejection {
    let message = "Each scope, separated by spaces, must be one that the client holds.";
    OAuthError::new("invalid_scope", message).into()
}
