//! Settings > System: the whole instance, for administrators.

mod backups;
mod keys;
mod page;

use axum::{Router, routing::get};

use crate::web::Console;

pub(crate) fn routes() -> Router<Console> {
    Router::new().route("/settings/system", get(page::page).post(page::submit))
}
