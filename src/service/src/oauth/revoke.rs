//! Ending one access token before its time (RFC 7009).

use crate::{
    Actor, Error, Result, Service,
    access_token::PASSWORD_CLIENT,
    audit::{Change, Target},
};

impl Service {
    /// Ends an access token of the client that asks, at once. Whatever else the text is, nothing happens and nothing
    /// is told: who holds a stranger's token learns no more about it.
    ///
    /// A person may end those that came from their password.
    pub async fn revoke_access_token(&self, actor: &Actor, text: &str) -> Result<()> {
        let now = self.environment.now();
        let Some(verified) = self.signer.verify(text) else { return Ok(()) };
        let claims = &verified.claims;
        let issued_to_actor = match actor.token_id {
            Some(id) => claims.client_id == id.to_string(),
            None => claims.client_id == PASSWORD_CLIENT && actor.principal.is_some_and(|one| one.id() == claims.sub),
        };
        let theirs = issued_to_actor && claims.organization_id == actor.organization;
        if !theirs || claims.ends_at() <= now || self.revoked.contains_key(&claims.jti) {
            return Ok(());
        }
        let (jti, ends_at) = (claims.jti, claims.ends_at());
        let change = Change::default().note("client_id", claims.client_id.clone());
        let target = Target::new("access_token", Some(jti), actor.name());
        let event = self.event(actor, now, "access_token.revoke", target, &change);
        let (service, organization) = (self.clone(), actor.organization);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.revoke_access_token(jti, organization, ends_at, now).await?;
                    tx.audit(event);
                    service.bump_access_tokens(tx, now).await?;
                    tx.after_commit(move || {
                        service.revoked.insert(jti, ends_at);
                    });
                    Ok::<_, Error>(())
                })
            })
            .await
    }
}
