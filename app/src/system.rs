//! Settings > System: the instance as a whole, for administrators.

mod backups;
mod keys;
mod page;

use axum::{Router, routing::get};

use crate::web::Console;

/// The routes.
pub(crate) fn routes() -> Router<Console> {
    Router::new().route("/settings/system", get(page::page).post(page::sent))
}
