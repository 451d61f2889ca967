//! Use cases of service accounts.

mod change;
mod list;
mod status;
mod tokens;

use mintkey_domain::{ErrorCode, ServiceAccountStatus};
use mintkey_store::ServiceAccount;

use crate::{Error, Result};

pub(crate) use change::describe_new as describe_new_service_account;
pub use list::ServiceAccountQuery;

/// Refuses changes to a decommissioned account.
fn require_not_decommissioned(account: &ServiceAccount) -> Result<()> {
    if account.status == ServiceAccountStatus::Decommissioned {
        return Err(Error::refused(
            ErrorCode::ServiceAccountDecommissioned,
            "A decommissioned service account can't be changed.",
        ));
    }
    Ok(())
}
