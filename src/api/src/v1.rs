//! `/api/v1`. Files mirror the paths: a resource's file has its routes, its handlers and those requests that nothing else
//! knows.

mod audit;
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
        .merge(audit::routes())
}
