//! The scope catalogue: what tokens can be given.

mod change;
mod group;
mod list;
mod remove;

pub(crate) use group::Group;

use axum::{Router, routing::get};
use mintkey_domain::{BUILT_IN_PREFIX, ErrorCode, ScopeId, own, wire::Scope};
use mintkey_service::Actor;

use crate::{
    error::{AppError, Result},
    web::Console,
};

/// The routes.
pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/settings/scopes", get(list::page))
        .route("/settings/scopes/new", get(change::page_for_new).post(change::sent_new))
        .route("/settings/scopes/{id}/edit", get(change::page_for_edit).post(change::sent_edit))
        .route("/settings/scopes/{id}/delete", get(remove::page).post(remove::sent))
}

/// The scope that an address or a form names.
fn scope_id(text: &str) -> Result<ScopeId> {
    text.parse().map_err(|_| AppError::not_found())
}

/// Whether the scope is the organization's own.
fn is_added(scope: &Scope) -> bool {
    !scope.name.starts_with(BUILT_IN_PREFIX)
}

/// Refuses whoever may only read the catalogue; the service would refuse them too.
fn require_editor(actor: &Actor) -> Result<()> {
    if actor.allows(own::SCOPES_WRITE) {
        return Ok(());
    }
    Err(AppError::new(ErrorCode::Forbidden, "Only administrators can change scopes."))
}
