//! Who can change members, and the way back to their list.

use axum::response::Response;
use mintkey_domain::scopes;

use crate::{error::Result, web::SignedIn};

/// The list of members.
pub(super) const LIST: &str = "/settings/members";

/// Refuses persons who can't change members.
pub(super) fn require_editor(person: &SignedIn) -> Result<()> {
    person.require(scopes::MEMBERS_WRITE, "Only administrators can change members.")
}

/// Leads back to the list, with a message.
pub(super) fn done(person: &SignedIn, message: &str) -> Response {
    person.visitor.redirect(LIST, message)
}
