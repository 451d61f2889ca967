//! Stopping a token at once and for good; it stays listed.

use mintkey_domain::{AuditAction, FieldErrors, MAX_DESCRIPTION, TokenId, parse_line, wire};

use super::require_other;
use crate::{Actor, Result, Service, audit::Details};

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
    /// Stops a token: its next use is refused. Idempotent.
    ///
    /// # Errors
    /// `credential_in_use` for the token that the request was made with, unless forced.
    pub async fn invalidate_token(&self, actor: &Actor, id: TokenId, how: Invalidation) -> Result<wire::Token> {
        let act = self.change(actor, AuditAction::TokenInvalidate, id.uuid())?;
        let mut errors = FieldErrors::new();
        let reason = how.reason.filter(|reason| !reason.trim().is_empty());
        let reason = reason.and_then(|reason| parse_line(&reason, "reason", MAX_DESCRIPTION, &mut errors));
        errors.into_result()?;
        let stop = act.run(move |change| {
            Box::pin(async move {
                let mut token = change.token(id).await?;
                require_other(&change.actor, id, how.force)?;
                // The second time may take back that access tokens were kept, and never the reverse.
                let again = token.invalidated_at.is_some();
                if again && (how.keep_access_tokens || !token.keep_access_tokens) {
                    return Ok(change.unchanged(token));
                }
                let (organization, now) = (token.organization_id, change.now);
                if again {
                    change.tx.end_access_tokens(organization, id, now).await?;
                } else {
                    change.tx.invalidate_token(organization, id, now, how.keep_access_tokens).await?;
                }
                token.invalidated_at = token.invalidated_at.or(Some(now));
                token.updated_at = now;
                token.keep_access_tokens = how.keep_access_tokens;
                let details =
                    Details::default().note("reason", reason).note("keep_access_tokens", how.keep_access_tokens);
                let secrets = change.tx.token_secrets(organization, id).await?;
                let (service, record) = (change.service.clone(), token.clone());
                change.tx.after_commit(move || service.identities.insert_token(&record, &secrets));
                Ok(change.done(token.label.as_str(), &details, ()).with(token))
            })
        });
        self.view(stop.await?).await
    }
}
