//! Token reviews: whether a credential that a cluster's API server received is good, and whose it is.

use mintkey_domain::{ClusterId, scopes, wire::VerificationCode};
use uuid::Uuid;

use super::{groups, username};
use crate::{Actor, Credential, Error, Origin, Result, Service, credential::bare_credential};

/// The user in a cluster that a credential stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewedUser {
    /// `mintkey:` with the IDs of the organization and of the user or service account.
    pub username: String,
    /// The ID of the user or service account.
    pub uid: Uuid,
    /// The groups, by scopes.
    pub groups: Vec<String>,
    /// The ID of the token; `None` for an access token that came from a password.
    pub token_id: Option<String>,
}

impl Service {
    /// Reviews an API key or an access token for a cluster of the actor's organization. `None` if it isn't good now, or of
    /// another organization. An accepted one counts as a use of the token.
    ///
    /// The cluster doesn't say where its client is, so a token that is bound to addresses is never accepted.
    ///
    /// # Errors
    /// `not_found` for an unknown cluster.
    pub async fn review_token(&self, actor: &Actor, cluster: ClusterId, token: &str) -> Result<Option<ReviewedUser>> {
        actor.require(scopes::VERIFY)?;
        let cluster = self.store.cluster(actor.organization, cluster).await?.ok_or_else(Error::not_found)?;
        let now = self.environment.now();
        let checked = self.check(Credential::Bearer(bare_credential(token)), Origin::default(), now).await?;
        self.metrics.checked(checked.code);
        let valid = checked.proven.filter(|_| checked.code == VerificationCode::Valid);
        let Some(proven) = valid.filter(|proven| proven.actor.organization == actor.organization) else {
            return Ok(None);
        };
        let subject = &proven.actor;
        let Some(principal) = subject.principal else { return Ok(None) };
        self.record_use(&proven, checked.code, now);
        Ok(Some(ReviewedUser {
            username: username(subject.organization, principal),
            uid: principal.id(),
            groups: groups(&cluster, |scope| subject.allows(scope)),
            token_id: proven.token_id.map(|id| id.to_string()),
        }))
    }
}
