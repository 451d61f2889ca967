//! `GET /.well-known/oauth-authorization-server` (RFC 8414).

use axum::{Json, extract::State};
use http::{HeaderName, header};
use mintkey_service::ASSERTION_ALGORITHMS;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::Api;

/// The server's description of itself (RFC 8414 section 2).
#[derive(Serialize, ToSchema)]
pub(super) struct Metadata {
    /// The `iss` of every access token.
    issuer: String,
    /// Where access tokens are issued.
    token_endpoint: String,
    /// How a client authenticates at the token endpoint.
    token_endpoint_auth_methods_supported: &'static [&'static str],
    /// The signature algorithms of assertions at the token endpoint.
    token_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    /// Where credentials are introspected.
    introspection_endpoint: String,
    /// How a caller authenticates at the introspection endpoint.
    introspection_endpoint_auth_methods_supported: &'static [&'static str],
    /// The signature algorithms of assertions at the introspection endpoint.
    introspection_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    /// Where access tokens are revoked.
    revocation_endpoint: String,
    /// How a client authenticates at the revocation endpoint.
    revocation_endpoint_auth_methods_supported: &'static [&'static str],
    /// The signature algorithms of assertions at the revocation endpoint.
    revocation_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    /// Whether access tokens are bound to the certificate that a client authenticates with (RFC 8705 section 3.3).
    tls_client_certificate_bound_access_tokens: bool,
    /// The public keys of access tokens.
    jwks_uri: String,
    /// The supported grants.
    grant_types_supported: &'static [&'static str],
    /// None: there is no authorization endpoint.
    response_types_supported: &'static [&'static str],
    /// How subjects are named: alike for every client (`OpenID` Connect Discovery 1.0 section 3).
    subject_types_supported: &'static [&'static str],
    /// The signature algorithms of access tokens, under the name that programs for `OpenID` Connect expect.
    id_token_signing_alg_values_supported: &'static [&'static str],
    /// The API reference page.
    service_documentation: String,
}

/// The methods; the last one needs certificates.
const METHODS: &[&str] = &["client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth"];
const CACHE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "public, max-age=3600")];

/// Get the authorization server's metadata
///
/// For clients that configure themselves (RFC 8414).
#[utoipa::path(
    get, path = "/.well-known/oauth-authorization-server",
    responses(
        (status = 200, description = "The metadata; it may be cached for an hour.", body = Metadata),
    ),
)]
pub(super) async fn get_authorization_server(
    State(api): State<Api>,
) -> ([(HeaderName, &'static str); 1], Json<Metadata>) {
    (CACHE, Json(Metadata::new(&api.public_url, api.accepts_certificates())))
}

/// Get the metadata under the name of `OpenID` Connect
///
/// For programs that look for it there, such as Kubernetes' API server: the same document. There are no ID tokens.
#[utoipa::path(
    get, path = "/.well-known/openid-configuration", operation_id = "getOpenIdConfiguration",
    responses(
        (status = 200, description = "The metadata; it may be cached for an hour.", body = Metadata),
    ),
)]
pub(super) async fn get_openid_configuration(state: State<Api>) -> ([(HeaderName, &'static str); 1], Json<Metadata>) {
    get_authorization_server(state).await
}

impl Metadata {
    fn new(issuer: &str, accepts_certificates: bool) -> Self {
        let methods = if accepts_certificates { METHODS } else { &METHODS[..METHODS.len() - 1] };
        Self {
            issuer: issuer.to_owned(),
            token_endpoint: format!("{issuer}/oauth/token"),
            token_endpoint_auth_methods_supported: methods,
            token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
            introspection_endpoint: format!("{issuer}/oauth/introspect"),
            introspection_endpoint_auth_methods_supported: methods,
            introspection_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
            revocation_endpoint: format!("{issuer}/oauth/revoke"),
            revocation_endpoint_auth_methods_supported: methods,
            revocation_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
            tls_client_certificate_bound_access_tokens: accepts_certificates,
            jwks_uri: format!("{issuer}/.well-known/jwks.json"),
            grant_types_supported: &["client_credentials"],
            response_types_supported: &[],
            subject_types_supported: &["public"],
            id_token_signing_alg_values_supported: &["ES256", "EdDSA"],
            service_documentation: format!("{issuer}/api/docs"),
        }
    }
}
