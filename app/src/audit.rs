//! Settings > Audit log: changes and refused attempts, with their actors.

mod action_names;
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

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/settings/audit", get(list::page))
        .route("/settings/audit.csv", get(csv::export))
        .route("/settings/audit/{id}", get(event::page))
}
