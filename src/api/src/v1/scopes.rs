//! `/api/v1/scopes`: the catalogue.

mod create;
mod delete;
mod edit;
mod get;
mod list;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list::list, create::create)).routes(routes!(
        get::get,
        edit::edit,
        delete::delete
    ))
}
