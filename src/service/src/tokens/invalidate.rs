//! Stopping a token at once and permanently; it stays listed.

use deserr::Deserr;
use mintkey_domain::{
    AuditAction, FieldErrors, MAX_DESCRIPTION, TokenId, parse_line,
    request::{Input, InvalidValue, RequestErrors, parsed},
    wire,
};
use utoipa::ToSchema;

use super::require_other;
use crate::{Actor, Result, Service, audit::Details};

/// How a token is invalidated.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
pub struct TokenInvalidation {
    /// Why, for the audit log.
    #[deserr(default, try_from(String) = read_reason -> InvalidValue)]
    #[schema(nullable = false, max_length = 1000)]
    pub reason: Option<String>,
    /// Let access tokens work until they expire.
    #[deserr(default)]
    #[schema(required = false)]
    pub keep_access_tokens: bool,
    /// Even if it is the token that you are calling with.
    #[deserr(default)]
    #[schema(required = false)]
    pub force: bool,
}

impl Input for TokenInvalidation {}

#[expect(clippy::needless_pass_by_value, reason = "`deserr` passes what it has read")]
pub(super) fn read_reason(text: String) -> std::result::Result<Option<String>, InvalidValue> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    parsed(|errors| parse_line(&text, "", MAX_DESCRIPTION, errors)).map(Some)
}

impl Service {
    /// Invalidates a token: its next use is refused. Idempotent.
    ///
    /// # Errors
    /// `credential_in_use` for the token that makes the request, unless forced.
    pub async fn invalidate_token(&self, actor: &Actor, id: TokenId, how: TokenInvalidation) -> Result<wire::Token> {
        let act = self.change(actor, AuditAction::TokenInvalidate, id.uuid())?;
        let mut errors = FieldErrors::new();
        let reason = how.reason.filter(|reason| !reason.trim().is_empty());
        let reason = reason.and_then(|reason| parse_line(&reason, "reason", MAX_DESCRIPTION, &mut errors));
        errors.into_result()?;
        let stop = act.run(move |change| {
            Box::pin(async move {
                let mut token = change.token(id).await?;
                require_other(&change.actor, id, how.force)?;
                // A second call may revoke access tokens that were kept, but never the reverse.
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
