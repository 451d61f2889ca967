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

use crate::{tokens::secret_closed::close_secret_dialog, web::Console};

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/settings/service-accounts", get(list::page))
        .route("/settings/service-accounts/new", get(change::page_for_new).post(change::submit_new))
        .route("/settings/service-accounts/{id}", get(detail::page).post(close_secret_dialog))
        .route("/settings/service-accounts/{id}/edit", get(change::page_for_edit).post(change::submit_edit))
        .route("/settings/service-accounts/{id}/suspend", get(status::page_to_suspend).post(status::submit_suspension))
        .route(
            "/settings/service-accounts/{id}/activate",
            get(status::page_to_activate).post(status::submit_activation),
        )
        .route(
            "/settings/service-accounts/{id}/decommission",
            get(status::page_to_decommission).post(status::submit_decommissioning),
        )
}
