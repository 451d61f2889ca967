//! Stopping a token at once and for good; it stays listed.

use mintkey_domain::{ErrorCode, FieldErrors, MAX_DESCRIPTION, TokenId, own, parse_line, wire};

use super::{reachable, require_other};
use crate::{
    Actor, Error, Result, Service,
    audit::{Change, Target},
};

/// How a token is stopped.
#[derive(Debug, Clone, Default)]
pub struct Invalidation {
    /// Why, for the audit log.
    pub reason: Option<String>,
    /// Leave access tokens that it was exchanged for until they end.
    pub keep_access_tokens: bool,
    /// Even if the request was made with this very token.
    pub force: bool,
}

impl Service {
    /// Stops a token: its next use is refused. Doing it twice is fine.
    ///
    /// # Errors
    /// `credential_in_use` for the token that the request was made with, unless forced.
    pub async fn invalidate_token(&self, actor: &Actor, id: TokenId, how: Invalidation) -> Result<wire::Token> {
        actor.require(own::TOKENS_WRITE)?;
        let now = self.environment.now();
        let mut errors = FieldErrors::new();
        let reason = how.reason.filter(|reason| !reason.trim().is_empty());
        let reason = reason.map(|reason| parse_line(&reason, "reason", MAX_DESCRIPTION, &mut errors));
        errors.into_result()?;
        let (service, actor) = (self.clone(), actor.clone());
        let stopped = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    actor.require_standing(tx).await?;
                    let mut token = reachable(&actor, tx.token(actor.organization, id).await?)?;
                    require_other(&actor, id, how.force)?;
                    // Twice is fine. The second may take back that access tokens were kept, and never the reverse.
                    let again = token.invalidated_at.is_some();
                    if again && (how.keep_access_tokens || !token.keep_access_tokens) {
                        return Ok(token);
                    }
                    if again {
                        tx.end_access_tokens(actor.organization, id, now).await?;
                    } else if !tx.invalidate_token(actor.organization, id, now, how.keep_access_tokens).await? {
                        return Err(Error::refused(ErrorCode::NotFound, "The token is gone."));
                    }
                    token.invalidated_at = token.invalidated_at.or(Some(now));
                    token.updated_at = now;
                    token.keep_access_tokens = how.keep_access_tokens;
                    let change =
                        Change::default().note("reason", reason).note("keep_access_tokens", how.keep_access_tokens);
                    let target = Target::new("token", Some(id.uuid()), &token.label);
                    tx.audit(service.event(&actor, now, "token.invalidate", target, &change));
                    let secrets = tx.token_secrets(actor.organization, id).await?;
                    let record = token.clone();
                    tx.after_commit(move || service.memory.set_token(&record, &secrets));
                    Ok(token)
                })
            })
            .await?;
        self.view(stopped).await
    }
}
