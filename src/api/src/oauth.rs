//! OAuth 2: the token endpoint, introspection, revocation, and the server's metadata.

mod client;
mod error;
mod form;
mod introspect;
mod metadata;
mod revoke;
mod token;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(token::request_access_token))
        .routes(routes!(introspect::introspect))
        .routes(routes!(revoke::revoke_access_token))
        .routes(routes!(metadata::get_authorization_server))
        .routes(routes!(metadata::get_openid_configuration))
}
