//! Settings > Service accounts: the list, the page of each, and the dialogs above them.

mod change;
mod detail;
mod list;
mod managers;
mod status;
mod status_badge;

pub(crate) use detail::{Detail, ServiceAccountPage};
pub(crate) use list::{List, Params, ServiceAccountsPage};

use axum::{Router, routing::get};
use mintkey_domain::{ServiceAccountId, own, wire::ServiceAccount};

use crate::{
    error::{AppError, Result},
    tokens,
    web::{Console, SignedIn},
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

/// Refuses persons who can't see service accounts.
fn require_reader(person: &SignedIn) -> Result<()> {
    person.require(own::SERVICE_ACCOUNTS_READ, "Only administrators and auditors can see service accounts.")
}

/// Refuses persons who can't change service accounts.
fn require_editor(person: &SignedIn) -> Result<()> {
    person.require(own::SERVICE_ACCOUNTS_WRITE, "Only administrators can change service accounts.")
}

/// Whether the account is restricted to scopes of which none can be read, so that it is allowed nothing.
fn is_unreadable(account: &ServiceAccount) -> bool {
    account.allowed_scopes.as_ref().is_some_and(Vec::is_empty)
}
