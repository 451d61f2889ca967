//! Settings > Scopes: the scope catalogue.

mod access;
mod change;
mod group;
mod list;
mod remove;

pub(crate) use access::is_added;
pub(crate) use group::Group;

use axum::{Router, routing::get};

use crate::web::Console;

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/settings/scopes", get(list::page))
        .route("/settings/scopes/new", get(change::page_for_new).post(change::submit_new))
        .route("/settings/scopes/{id}/edit", get(change::page_for_edit).post(change::submit_edit))
        .route("/settings/scopes/{id}/delete", get(remove::page).post(remove::submit))
}
