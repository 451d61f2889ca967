//! Access control for service accounts.

use mintkey_domain::{scopes, wire::ServiceAccount};

use crate::{error::Result, web::SignedIn};

/// Refuses users who can't see service accounts.
pub(super) fn require_reader(user: &SignedIn) -> Result<()> {
    user.require(scopes::SERVICE_ACCOUNTS_READ, "Only administrators and auditors can see service accounts.")
}

/// Refuses users who can't change service accounts.
pub(super) fn require_editor(user: &SignedIn) -> Result<()> {
    user.require(scopes::SERVICE_ACCOUNTS_WRITE, "Only administrators can change service accounts.")
}

/// Whether no scope of the account's restriction can be read, so that the account has no scopes.
pub(super) fn is_unreadable(account: &ServiceAccount) -> bool {
    account.allowed_scopes.as_ref().is_some_and(Vec::is_empty)
}
