//! Settings > Audit log: what was done and what was refused, by whom.

mod acts;
mod csv;
mod description;
mod event;
mod links;
mod list;
mod outcome;
mod query;
mod recent;
mod toolbar;

pub(crate) use recent::{RecentEvents, recent_events};

use axum::{Router, routing::get};

use crate::web::Console;

/// The routes.
pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/settings/audit", get(list::page))
        .route("/settings/audit.csv", get(csv::export))
        .route("/settings/audit/{id}", get(event::page))
}
