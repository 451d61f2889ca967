//! Replacing a token's secret: at once, or with an overlap in which both work.

use mintkey_domain::{
    ErrorCode, FieldCode, FieldErrors, ScopeSet, Timestamp, TokenId, TokenStatus, Ttl, own,
    wire::{MintedSecrets, MintedToken},
};
use mintkey_store::Token;

use super::{Idempotency, owner::require_may_change, reachable, require_grants, stored_secret};
use crate::{
    Actor, Error, Result, Service,
    audit::{Change, Target},
};

/// How a secret is replaced.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rotation {
    /// How long the old secret works on; none: it dies at once.
    pub overlap: Option<Ttl>,
}

impl Service {
    /// Gives a token a new secret; everything else stays.
    ///
    /// # Errors
    /// `token_invalidated`, `token_expired`; `rotation_in_progress` for an overlap within an overlap;
    /// `insufficient_scope` if the token holds more than the actor, who would learn its secret; `forbidden` for
    /// another person's token.
    pub async fn rotate_token(
        &self,
        actor: &Actor,
        id: TokenId,
        rotation: Rotation,
        idempotency: Option<Idempotency>,
    ) -> Result<MintedToken> {
        actor.require(own::TOKENS_WRITE)?;
        let now = self.environment.now();
        let secret = self.environment.secret();
        let (service, actor) = (self.clone(), actor.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    actor.require_standing(tx).await?;
                    if let Some(idempotency) = &idempotency
                        && let Some(earlier) = idempotency.earlier(tx, &actor, now).await?
                    {
                        return Ok(MintedToken { token: earlier, secrets: None });
                    }
                    let before = reachable(&actor, tx.token(actor.organization, id).await?)?;
                    let owner = service.owner_of(&before).await?;
                    require_may_change(&actor, before.owner, &owner)?;
                    require_grants(
                        &actor,
                        before.owner,
                        &ScopeSet::from_stored(before.scopes.iter().map(String::as_str)),
                    )?;
                    let overlap_ends = check(&before, rotation, now)?;
                    let (api_key, client_secret) = (secret.to_api_key(id), secret.to_client_secret());
                    let newest = tx.token_secrets(actor.organization, id).await?.first().map_or(0, |s| s.generation);
                    let after = Token {
                        updated_at: now,
                        rotated_at: Some(now),
                        previous_secret_expires_at: overlap_ends,
                        key_hint: api_key.hint(),
                        ..before.clone()
                    };
                    let stored = stored_secret(id, newest + 1, &secret, now);
                    tx.rotate_token(&after, &stored, overlap_ends).await?;
                    let change = Change::default()
                        .field("key_hint", before.key_hint.clone(), after.key_hint.clone())
                        .set("previous_secret_expires_at", overlap_ends.map(|end| end.to_string()));
                    let target = Target::new("token", Some(id.uuid()), &after.label);
                    tx.audit(service.event(&actor, now, "token.rotate", target, &change));
                    let view = service.view(after.clone()).await?;
                    if let Some(idempotency) = &idempotency {
                        idempotency.remember(tx, &actor, now, 200, &view).await?;
                    }
                    let secrets = tx.token_secrets(actor.organization, id).await?;
                    tx.after_commit(move || service.memory.set_token(&after, &secrets));
                    Ok::<_, Error>(MintedToken { token: view, secrets: Some(MintedSecrets { client_secret, api_key }) })
                })
            })
            .await
    }
}

/// When the old secret ends; `None` for now.
fn check(token: &Token, rotation: Rotation, now: Timestamp) -> Result<Option<Timestamp>> {
    match TokenStatus::at(now, token.expires_at, token.invalidated_at) {
        TokenStatus::Invalidated => {
            return Err(Error::refused(ErrorCode::TokenInvalidated, "An invalidated token can't be rotated."));
        }
        TokenStatus::Expired => {
            return Err(Error::refused(ErrorCode::TokenExpired, "Give the token a new end before you rotate it."));
        }
        TokenStatus::Active => {}
    }
    let Some(overlap) = rotation.overlap else { return Ok(None) };
    if token.previous_secret_expires_at.is_some_and(|end| end > now) {
        return Err(Error::refused(
            ErrorCode::RotationInProgress,
            "Two secrets of this token work already. End that overlap first, or rotate without one.",
        ));
    }
    let ends = now.checked_add(overlap.millis()).ok_or_else(|| {
        FieldErrors::one("overlap", FieldCode::ExceedsMaximum, "The end must not lie beyond the year 9999.")
    })?;
    Ok(Some(token.expires_at.map_or(ends, |last| ends.min(last))))
}
