//! `/api/v1`. Folders and files mirror the paths: an endpoint's file has its request, its handler and its tests.

#![expect(clippy::option_option, reason = "a field that is left out, null, or has a value are three requests")]

mod audit;
mod created;
pub(crate) mod examples;
mod login;
mod me;
mod members;
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
        .routes(routes!(me::me))
        .merge(tokens::routes())
        .merge(members::routes())
        .merge(service_accounts::routes())
        .merge(scopes::routes())
        .routes(routes!(verify::verify))
        .routes(routes!(organization::get, organization::edit))
        .routes(routes!(audit::list))
        .routes(routes!(audit::get))
}
