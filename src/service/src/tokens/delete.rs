//! Deletion of tokens; their audit events are kept.

use mintkey_domain::{AuditAction, TokenId};

use super::require_other;
use crate::{Actor, Result, Service, audit::Details};

impl Service {
    /// Deletes a token: its next use is refused, and it is no longer listed.
    ///
    /// # Errors
    /// `credential_in_use` for the token that makes the request, unless forced.
    pub async fn delete_token(&self, actor: &Actor, id: TokenId, force: bool) -> Result<()> {
        let act = self.change(actor, AuditAction::TokenDelete, id.uuid())?;
        act.run(move |change| {
            Box::pin(async move {
                let token = change.token(id).await?;
                require_other(&change.actor, id, force)?;
                change.tx.delete_token(token.organization_id, id).await?;
                let service = change.service.clone();
                change.tx.after_commit(move || service.identities.invalidate_tokens(&[id]));
                Ok(change.done(token.label.as_str(), &Details::default().note("key_hint", token.key_hint.clone()), ()))
            })
        })
        .await
    }
}
