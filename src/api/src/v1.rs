//! `/api/v1`. The files mirror the paths: a resource's file has its routes, its handlers and the request types that
//! only they use.

mod audit;
mod certificate_authorities;
mod clusters;
pub(crate) mod examples;
mod login;
mod me;
mod members;
mod new_credentials;
mod organization;
mod pages;
mod scopes;
mod service_accounts;
mod tokens;
mod verify;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(login::login))
        .routes(routes!(me::get_me))
        .merge(tokens::routes())
        .merge(members::routes())
        .merge(service_accounts::routes())
        .merge(scopes::routes())
        .routes(routes!(verify::verify))
        .merge(organization::routes())
        .merge(certificate_authorities::routes())
        .merge(clusters::routes())
        .merge(audit::routes())
}
