//! Settings > Service accounts: the list, the page of each, and the dialogs above them.

mod change;
mod detail;
mod list;
mod managers;
mod status;

pub(crate) use detail::Detail;
pub(crate) use list::{List, Params};

use axum::{Router, routing::get};
use mintkey_domain::{ErrorCode, ServiceAccountId, own};
use mintkey_service::Actor;

use crate::{
    error::{AppError, Result},
    tokens,
    web::Console,
};

/// The routes.
pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/settings/service-accounts", get(list::page))
        .route("/settings/service-accounts/new", get(change::page_for_new).post(change::sent_new))
        .route("/settings/service-accounts/{id}", get(detail::page).post(tokens::saved))
        .route("/settings/service-accounts/{id}/edit", get(change::page_for_edit).post(change::sent_edit))
        .route("/settings/service-accounts/{id}/suspend", get(status::page_to_suspend).post(status::suspended))
        .route("/settings/service-accounts/{id}/activate", get(status::page_to_activate).post(status::activated))
        .route(
            "/settings/service-accounts/{id}/decommission",
            get(status::page_to_decommission).post(status::decommissioned),
        )
}

/// The account that an address or a form names.
fn account_id(text: &str) -> Result<ServiceAccountId> {
    text.parse().map_err(|_| AppError::not_found())
}

/// Refuses callers who may not see service accounts, in the console's words; the service would refuse them too.
fn require_reader(actor: &Actor) -> Result<()> {
    if actor.allows(own::SERVICE_ACCOUNTS_READ) {
        return Ok(());
    }
    Err(AppError::new(ErrorCode::Forbidden, "Only administrators and auditors can see service accounts."))
}

/// Refuses whoever may only look; the service would refuse them too.
fn require_editor(actor: &Actor) -> Result<()> {
    if actor.allows(own::SERVICE_ACCOUNTS_WRITE) {
        return Ok(());
    }
    Err(AppError::new(ErrorCode::Forbidden, "Only administrators can change service accounts."))
}
