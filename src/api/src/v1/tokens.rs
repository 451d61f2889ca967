//! `/api/v1/tokens`.

mod client_keys;
pub(super) mod create;
mod delete;
mod edit;
mod get;
mod invalidate;
pub(super) mod list;
pub(super) mod minted;
mod rotate;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Api;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(get::get, edit::edit, delete::delete))
        .routes(routes!(rotate::rotate))
        .routes(routes!(invalidate::invalidate))
        .routes(routes!(client_keys::get, client_keys::set))
}
