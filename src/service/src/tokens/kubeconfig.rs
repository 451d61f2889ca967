//! The kubeconfig of a token.

use mintkey_domain::{
    AddressRanges, ClusterId, ExpiryPolicy, FieldCode, FieldErrors, KubeconfigMethod, Namespace, SecretText, TokenKind,
};
use mintkey_store::{Cluster, LockedRow, Token, TokenKubeconfig, TokenSecret};

use crate::{
    Error, Result,
    certificates::issue_for_cluster,
    change::Change,
    clusters::{AuthInfo, Kubeconfig, groups_of_token, username},
};

/// The kubeconfig of a new token: for a cluster of the organization, in its default namespace if none is named.
pub(super) async fn checked(
    change: &mut Change<'_>,
    cluster_id: Option<ClusterId>,
    namespace: Option<Namespace>,
    method: Option<KubeconfigMethod>,
    errors: &mut FieldErrors,
) -> Result<Option<TokenKubeconfig>> {
    let Some(cluster_id) = cluster_id else { return Ok(None) };
    let organization = change.organization();
    // It must not be deleted, nor its groups changed, before the token is there.
    change.tx.lock_shared(LockedRow::Cluster(cluster_id)).await?;
    let Some(cluster) = change.tx.cluster(organization, cluster_id).await? else {
        errors.push("cluster_id", FieldCode::UnknownCluster, "There is no such cluster.");
        return Ok(None);
    };
    Ok(Some(TokenKubeconfig {
        cluster_id,
        namespace: namespace.unwrap_or(cluster.default_namespace),
        method: method.unwrap_or(KubeconfigMethod::Exec),
    }))
}

/// The policy for the expiry of a token with this kubeconfig.
pub(super) fn expiry_policy(kubeconfig: Option<&TokenKubeconfig>, organization_policy: ExpiryPolicy) -> ExpiryPolicy {
    kubeconfig.map_or(organization_policy, |kubeconfig| kubeconfig.method.expiry_policy(organization_policy))
}

/// A cluster doesn't say where its client is, so that a token for addresses would not be good there.
pub(super) fn check_addresses(kind: TokenKind, ranges: &AddressRanges, errors: &mut FieldErrors) {
    if kind == TokenKind::Kubeconfig && !ranges.is_any() {
        let message = "Clusters don't say where a request comes from, so a kubeconfig can't be bound to addresses.";
        errors.push("allowed_cidrs", FieldCode::Conflict, message);
    }
}

/// Writes the file with this secret of the token, in base64, and issues the certificate in it.
pub(super) async fn make(
    change: &mut Change<'_>,
    token: &mut Token,
    secret: &mut TokenSecret,
    api_key: &SecretText,
) -> Result<Option<SecretText>> {
    let Some(TokenKubeconfig { cluster_id, namespace, method }) = token.kubeconfig.clone() else { return Ok(None) };
    let cluster = change.tx.cluster(token.organization_id, cluster_id).await?.ok_or_else(Error::not_found)?;
    let user = match method {
        KubeconfigMethod::Exec => {
            AuthInfo::Exec { cluster: cluster_id, server: change.service.signer.issuer().to_owned() }
        }
        KubeconfigMethod::Token => AuthInfo::Token(api_key.clone()),
        KubeconfigMethod::Certificate => {
            let groups = groups_in_certificate(change, token, &cluster).await?;
            let user = username(token.organization_id, token.owner);
            let files = issue_for_cluster(change, token, secret.generation, &user, &groups).await?;
            secret.certificate = Some(files.stored);
            token.certificate = secret.certificate;
            AuthInfo::Certificate(files)
        }
    };
    let file =
        Kubeconfig { token: token.id, label: &token.label, cluster: &cluster, namespace: namespace.as_str(), user };
    file.file().map(Some)
}

/// The groups that a certificate of this token names: those of its scopes, now.
///
/// # Errors
/// A validation problem at `method` if they would mean more in another cluster, which may trust the same authority.
async fn groups_in_certificate(change: &mut Change<'_>, token: &Token, cluster: &Cluster) -> Result<Vec<String>> {
    let tenant = change.tenant().await?;
    let owner = change.owner(token.owner).await?.ok_or_else(Error::not_found)?;
    let names = groups_of_token(cluster, token, &owner, &tenant.catalogue);
    for other in change.tx.clusters(token.organization_id).await? {
        let there = groups_of_token(&other, token, &owner, &tenant.catalogue);
        let gained = other.groups.iter().find(|group| names.contains(&group.name) && !there.contains(&group.name));
        if let Some(group) = gained {
            let message = format!(
                "The certificate would also be in the group {} of the cluster {}, which needs the scope {} that the token \
                 lacks. Choose another method.",
                group.name,
                other.name,
                group.scope.as_str()
            );
            return Err(FieldErrors::one("method", FieldCode::Conflict, message).into());
        }
    }
    Ok(names)
}
