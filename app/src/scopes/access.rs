//! Which scopes can be changed and by whom, and the way back to the catalogue.

use axum::response::Response;
use mintkey_domain::{BUILT_IN_PREFIX, ErrorCode, scopes, wire::Scope};

use crate::{
    error::{AppError, Result},
    web::SignedIn,
};

/// The catalogue.
pub(super) const LIST: &str = "/settings/scopes";

/// Whether the scope is the organization's own.
pub(super) fn is_added(scope: &Scope) -> bool {
    !scope.name.starts_with(BUILT_IN_PREFIX)
}

/// Refuses a built-in scope: it can't be changed.
pub(super) fn require_added(scope: &Scope) -> Result<()> {
    if is_added(scope) {
        return Ok(());
    }
    Err(AppError::new(ErrorCode::ScopeBuiltIn, "Mintkey's own scopes stay as they are."))
}

/// Refuses persons who can't change the catalogue.
pub(super) fn require_editor(person: &SignedIn) -> Result<()> {
    person.require(scopes::SCOPES_WRITE, "Only administrators can change scopes.")
}

/// Leads back to the catalogue, with a message.
pub(super) fn done(person: &SignedIn, message: &str) -> Response {
    person.visitor.redirect(LIST, message)
}
