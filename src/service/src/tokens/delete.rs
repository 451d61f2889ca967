//! Removing a token; its audit events stay.

use mintkey_domain::{TokenId, own};

use super::{reachable, require_other};
use crate::{
    Actor, Error, Result, Service,
    audit::{Change, Target},
};

impl Service {
    /// Removes a token: its next use is refused, and it is no longer listed.
    ///
    /// # Errors
    /// `credential_in_use` for the token that the request was made with, unless forced.
    pub async fn delete_token(&self, actor: &Actor, id: TokenId, force: bool) -> Result<()> {
        actor.require(own::TOKENS_WRITE)?;
        let now = self.environment.now();
        let (service, actor) = (self.clone(), actor.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    actor.require_standing(tx).await?;
                    let token = reachable(&actor, tx.token(actor.organization, id).await?)?;
                    require_other(&actor, id, force)?;
                    if !tx.delete_token(actor.organization, id).await? {
                        return Err(Error::not_found());
                    }
                    let change = Change::default().note("key_hint", token.key_hint.clone());
                    let target = Target::new("token", Some(id.uuid()), &token.label);
                    tx.audit(service.event(&actor, now, "token.delete", target, &change));
                    tx.after_commit(move || service.memory.forget_token(id));
                    Ok(())
                })
            })
            .await
    }
}
