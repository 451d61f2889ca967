//! Settings > Service accounts: the list, the page of each account, and their dialogs.

mod access;
mod change;
pub(crate) mod detail;
pub(crate) mod list;
mod managers;
pub(crate) mod query;
mod row;
mod status;
mod status_badge;

use axum::{Router, routing::get};

use crate::{tokens::saved::saved, web::Console};

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/settings/service-accounts", get(list::page))
        .route("/settings/service-accounts/new", get(change::page_for_new).post(change::sent_new))
        .route("/settings/service-accounts/{id}", get(detail::page).post(saved))
        .route("/settings/service-accounts/{id}/edit", get(change::page_for_edit).post(change::sent_edit))
        .route("/settings/service-accounts/{id}/suspend", get(status::page_to_suspend).post(status::suspended))
        .route("/settings/service-accounts/{id}/activate", get(status::page_to_activate).post(status::activated))
        .route(
            "/settings/service-accounts/{id}/decommission",
            get(status::page_to_decommission).post(status::decommissioned),
        )
}
