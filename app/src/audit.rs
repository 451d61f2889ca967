//! The audit log: what was done, what was refused, by whom.

mod acts;
mod csv;
mod event;
mod links;
mod list;
mod query;
mod recent;
mod told;

pub(crate) use recent::{recent, recent_events};

use axum::{Router, routing::get};

use crate::web::Console;

/// The routes.
pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/settings/audit", get(list::page))
        .route("/settings/audit.csv", get(csv::export))
        .route("/settings/audit/{id}", get(event::page))
}
