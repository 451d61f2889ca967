//! `/api/v1/service-accounts`.

mod create;
mod edit;
mod get;
mod list;
mod status;
mod tokens;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(get::get, edit::edit, status::decommission))
        .routes(routes!(status::suspend))
        .routes(routes!(status::activate))
        .routes(routes!(tokens::list, tokens::create))
}
