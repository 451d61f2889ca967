//! Access control for changes to members, and the redirect back to their list.

use axum::response::Response;
use mintkey_domain::scopes;

use crate::{error::Result, web::SignedIn};

/// The path of the members page.
pub(super) const LIST: &str = "/settings/members";

/// Refuses users who can't change members.
pub(super) fn require_editor(user: &SignedIn) -> Result<()> {
    user.require(scopes::MEMBERS_WRITE, "Only administrators can change members.")
}

/// Redirects to the list with a message.
pub(super) fn done(user: &SignedIn, message: &str) -> Response {
    user.visitor.redirect(LIST, message)
}
