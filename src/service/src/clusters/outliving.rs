//! Certificates of kubeconfigs that would gain by a change of a cluster.

use mintkey_domain::{FieldCode, FieldErrors};
use mintkey_store::Cluster;

use super::groups_of_token;
use crate::{Result, change::Change};

/// Adds an error for each new group that a certificate names whose token isn't in it. The certificate may be of another cluster:
/// all may trust the same authority, and none can revoke it. A group that the cluster had before counts there already.
pub(super) async fn check(
    change: &mut Change<'_>,
    before: Option<&Cluster>,
    after: &Cluster,
    errors: &mut FieldErrors,
) -> Result<()> {
    let had = |name: &str| before.is_some_and(|before| before.groups.iter().any(|group| group.name == name));
    let new: Vec<_> = after.groups.iter().enumerate().filter(|(_, group)| !had(&group.name)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let organization = change.organization();
    for certificate in change.tx.certificate_groups(organization, change.now).await? {
        let named: Vec<_> = new.iter().filter(|(_, group)| certificate.groups.contains(&group.name)).collect();
        if named.is_empty() {
            continue;
        }
        let tenant = change.tenant().await?;
        let token = change.tx.token(organization, certificate.token_id).await?;
        let token = token.filter(|token| token.invalidated_at.is_none());
        let is_in = match token {
            Some(token) => {
                change.owner(token.owner).await?.map(|owner| groups_of_token(after, &token, &owner, &tenant.catalogue))
            }
            None => None,
        };
        let is_in = is_in.unwrap_or_default();
        for (index, _) in named.into_iter().filter(|(_, group)| !is_in.contains(&group.name)) {
            let end = certificate.expires_at;
            let message = format!(
                "A certificate that ends at {end} names this group, and its token isn't in it. Choose another name."
            );
            errors.push_entry("groups", *index, FieldCode::Conflict, message);
        }
    }
    Ok(())
}
