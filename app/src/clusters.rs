//! Settings > Clusters: the list of Kubernetes clusters, the page of each, and their dialogs.

mod access;
mod change;
mod delete;
mod detail;
mod form;
mod form_fields;
mod list;
mod row;

use axum::{Router, routing::get};

use crate::web::Console;

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/settings/clusters", get(list::page))
        .route("/settings/clusters/new", get(change::page_for_new).post(change::submit_new))
        .route("/settings/clusters/{id}", get(detail::page))
        .route("/settings/clusters/{id}/edit", get(change::page_for_edit).post(change::submit_edit))
        .route("/settings/clusters/{id}/delete", get(delete::page).post(delete::submit))
}
