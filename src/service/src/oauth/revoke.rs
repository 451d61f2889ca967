//! Revocation of a single access token (RFC 7009).

use mintkey_domain::{AuditAction, Principal};
use mintkey_store::LockedRow;

use crate::{
    Actor, Result, Service, access_token::PASSWORD_CLIENT, audit::Details, credential::bare_credential,
    maintenance::ACCESS_TOKENS,
};

impl Service {
    /// Revokes an access token of the calling client. For any other text it does nothing and returns no error, so that
    /// the holder of another client's token learns nothing about it.
    ///
    /// A user may revoke access tokens that were issued for their password.
    pub async fn revoke_access_token(&self, actor: &Actor, text: &str) -> Result<()> {
        let now = self.environment.now();
        let Some(verified) = self.signer.verify(bare_credential(text)) else { return Ok(()) };
        let claims = &verified.claims;
        let issued_to_actor = match actor.token_id {
            Some(id) => claims.client_id == id.to_string(),
            None => claims.client_id == PASSWORD_CLIENT && actor.principal.is_some_and(|one| one.id() == claims.sub),
        };
        let theirs = issued_to_actor && claims.organization_id == actor.organization;
        if !theirs || claims.ends_at() <= now || self.revoked.contains_key(&claims.jti) {
            return Ok(());
        }
        let (jti, ends_at, client_id) = (claims.jti, claims.ends_at(), claims.client_id.clone());
        let act = self.change(actor, AuditAction::AccessTokenRevoke, jti)?;
        act.run(move |change| {
            Box::pin(async move {
                let organization = change.organization();
                // Changes authorized by the access token hold this row until they end.
                match (change.actor.token_id, change.actor.principal) {
                    (Some(token), _) => change.tx.lock_exclusive(LockedRow::Token(token)).await?,
                    (None, Some(Principal::User(user))) => {
                        change.tx.lock_exclusive(LockedRow::Membership(organization, user)).await?;
                    }
                    (None, _) => {}
                }
                change.tx.revoke_access_token(jti, organization, ends_at, change.now).await?;
                change.notify_other_processes(ACCESS_TOKENS).await?;
                let service = change.service.clone();
                change.tx.after_commit(move || {
                    service.revoked.insert(jti, ends_at);
                });
                Ok(change.done_by_actor(&Details::default().note("client_id", client_id), ()))
            })
        })
        .await
    }
}
