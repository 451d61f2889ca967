//! `GET /.well-known/oauth-authorization-server` (RFC 8414).

use http::{HeaderValue, StatusCode, header};
use mintkey_service::ASSERTION_ALGORITHMS;
use serde::Serialize;
use utoipa::ToSchema;

use super::AREA;
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint},
};

pub(super) static METADATA: Endpoint = Endpoint {
    path: "/.well-known/oauth-authorization-server",
    name: "getAuthorizationServer",
    title: "What this authorization server can do",
    about: "For clients that find their way by themselves (RFC 8414).",
    area: AREA,
    answer: Answer::json::<Metadata>(200, "It may be kept for an hour.", example),
    ..Endpoint::EMPTY
};

/// The server's description of itself (RFC 8414 section 2).
#[derive(Serialize, ToSchema)]
struct Metadata {
    /// As in `iss` of every access token.
    issuer: String,
    /// Where access tokens are issued.
    token_endpoint: String,
    /// How a client authenticates there.
    token_endpoint_auth_methods_supported: &'static [&'static str],
    /// How it may sign an assertion there.
    token_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    /// Where credentials are looked into.
    introspection_endpoint: String,
    /// How a caller authenticates there.
    introspection_endpoint_auth_methods_supported: &'static [&'static str],
    /// How it may sign an assertion there.
    introspection_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    /// Where access tokens are ended.
    revocation_endpoint: String,
    /// How a client authenticates there.
    revocation_endpoint_auth_methods_supported: &'static [&'static str],
    /// How it may sign an assertion there.
    revocation_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    /// The public keys of access tokens.
    jwks_uri: String,
    /// What is granted.
    grant_types_supported: &'static [&'static str],
    /// None: there is no authorization endpoint.
    response_types_supported: &'static [&'static str],
    /// For people.
    service_documentation: String,
}

const METHODS: &[&str] = &["client_secret_basic", "client_secret_post", "private_key_jwt"];

pub(super) async fn metadata(call: Call) -> Outcome {
    let mut response = answer::json(StatusCode::OK, &describe(&call.api.public_url))?;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    Ok(response)
}

fn describe(issuer: &str) -> Metadata {
    Metadata {
        issuer: issuer.to_owned(),
        token_endpoint: format!("{issuer}/oauth/token"),
        token_endpoint_auth_methods_supported: METHODS,
        token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
        introspection_endpoint: format!("{issuer}/oauth/introspect"),
        introspection_endpoint_auth_methods_supported: METHODS,
        introspection_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
        revocation_endpoint: format!("{issuer}/oauth/revoke"),
        revocation_endpoint_auth_methods_supported: METHODS,
        revocation_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        grant_types_supported: &["client_credentials"],
        response_types_supported: &[],
        service_documentation: format!("{issuer}/api/docs"),
    }
}

fn example() -> String {
    serde_json::to_string_pretty(&describe("https://mintkey.example")).unwrap_or_default()
}
