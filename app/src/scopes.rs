//! The scope catalogue: what tokens can be given.

mod change;
mod group;
mod list;
mod remove;

pub(crate) use group::Group;

use axum::{Router, response::Response, routing::get};
use mintkey_domain::{BUILT_IN_PREFIX, ErrorCode, ScopeId, own, wire::Scope};

use crate::{
    error::{AppError, Result},
    web::{Console, SignedIn},
};

const LIST: &str = "/settings/scopes";

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

/// Refuses a built-in scope: it can't be changed.
fn require_added(scope: &Scope) -> Result<()> {
    if is_added(scope) {
        return Ok(());
    }
    Err(AppError::new(ErrorCode::ScopeBuiltIn, "Mintkey's own scopes stay as they are."))
}

/// Refuses persons who can't change the catalogue.
fn require_editor(person: &SignedIn) -> Result<()> {
    person.require(own::SCOPES_WRITE, "Only administrators can change scopes.")
}

/// Leads back to the catalogue, with a message.
fn done(person: &SignedIn, message: &str) -> Response {
    person.visitor.redirect(LIST, message)
}
