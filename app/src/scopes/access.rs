//! Access control for changes to scopes, and the redirect back to the catalogue.

use axum::response::Response;
use mintkey_domain::{BUILT_IN_PREFIX, ErrorCode, scopes, wire::Scope};

use crate::{
    error::{AppError, Result},
    web::SignedIn,
};

/// The path of the catalogue.
pub(super) const LIST: &str = "/settings/scopes";

/// Whether the organization added the scope.
pub(crate) fn is_added(scope: &Scope) -> bool {
    !scope.name.starts_with(BUILT_IN_PREFIX)
}

/// Refuses changes to a built-in scope.
pub(super) fn require_added(scope: &Scope) -> Result<()> {
    if is_added(scope) {
        return Ok(());
    }
    Err(AppError::new(ErrorCode::ScopeBuiltIn, "Built-in scopes can't be changed."))
}

/// Refuses users who can't change the catalogue.
pub(super) fn require_editor(user: &SignedIn) -> Result<()> {
    user.require(scopes::SCOPES_WRITE, "Only administrators can change scopes.")
}

/// Redirects to the catalogue with a message.
pub(super) fn done(user: &SignedIn, message: &str) -> Response {
    user.visitor.redirect(LIST, message)
}
