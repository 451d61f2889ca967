//! Creation of organizations: by `mintkey admin`, or with the first administrator.

use mintkey_store::{Organization, Scope};

use crate::{Result, audit::Details, change::Change};

/// Inserts an organization with its catalogue, and caches it after COMMIT.
pub(crate) async fn insert_organization(
    change: &mut Change<'_>,
    organization: Organization,
    scopes: Vec<Scope>,
) -> Result<()> {
    change.tx.insert_organization(&organization).await?;
    for scope in &scopes {
        change.tx.insert_scope(scope).await?;
    }
    let service = change.service.clone();
    change.tx.after_commit(move || service.identities.insert_organization(organization, &scopes));
    Ok(())
}

/// The audit details of a new organization.
pub(crate) fn describe_new(organization: &Organization) -> Details {
    Details::default().set("name", organization.name.as_str())
}
