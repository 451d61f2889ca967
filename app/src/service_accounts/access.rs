//! Who can see and change service accounts, and what can be read of one.

use mintkey_domain::{scopes, wire::ServiceAccount};

use crate::{error::Result, web::SignedIn};

/// Refuses persons who can't see service accounts.
pub(super) fn require_reader(person: &SignedIn) -> Result<()> {
    person.require(scopes::SERVICE_ACCOUNTS_READ, "Only administrators and auditors can see service accounts.")
}

/// Refuses persons who can't change service accounts.
pub(super) fn require_editor(person: &SignedIn) -> Result<()> {
    person.require(scopes::SERVICE_ACCOUNTS_WRITE, "Only administrators can change service accounts.")
}

/// Whether the account is restricted to scopes of which none can be read, so that it is allowed nothing.
pub(super) fn is_unreadable(account: &ServiceAccount) -> bool {
    account.allowed_scopes.as_ref().is_some_and(Vec::is_empty)
}
