//! Rotation of a token's secret, with an optional overlap during which both secrets work.

use deserr::Deserr;
use mintkey_domain::{
    AuditAction, ErrorCode, FieldCode, FieldErrors, Timestamp, TokenId, TokenStatus, Ttl,
    request::{Input, RequestErrors},
    wire::{NewCredentials, RotatedClientKeys},
};
use mintkey_store::{ClientKeys, Token};
use utoipa::ToSchema;

use super::{Idempotency, owner::require_may_issue_secret, stored_secret};
use crate::{Actor, Error, Result, Service, audit::Details};

/// How a token's secret is replaced.
#[derive(Debug, Clone, Copy, Default, Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
pub struct TokenRotation {
    /// How long older proofs work too: `24h`. Not at all if left out.
    #[deserr(default, from(Ttl) = Some)]
    #[schema(nullable = false)]
    pub overlap: Option<Ttl>,
    /// Whether client keys stay. `false` if left out.
    #[deserr(default)]
    #[schema(required = false)]
    pub keep_client_keys: bool,
}

impl Input for TokenRotation {}

impl Service {
    /// Adds a new secret to a token. Older secrets end, and client keys too unless they are kept.
    ///
    /// # Errors
    /// `token_invalidated`, `token_expired`; `rotation_in_progress` for an overlap within an overlap;
    /// `insufficient_scope` if the token has more scopes than the actor, who would see its secret, and
    /// `beyond_own_bounds` if it has wider limits; `forbidden` for another user's token.
    pub async fn rotate_token(
        &self,
        actor: &Actor,
        id: TokenId,
        rotation: TokenRotation,
        idempotency: Option<Idempotency>,
    ) -> Result<NewCredentials> {
        let act = self.change(actor, AuditAction::TokenRotate, id.uuid())?;
        let secret = self.environment.secret();
        act.run(move |change| {
            Box::pin(async move {
                if let Some(earlier) = Idempotency::find(idempotency.as_ref(), change).await? {
                    return Ok(change.unchanged(NewCredentials::replayed(earlier)));
                }
                let before = change.token(id).await?;
                require_may_issue_secret(change, &before).await?;
                let overlap_ends = check(&before, rotation, change.now)?;
                let (organization, now) = (before.organization_id, change.now);
                let newest = change.tx.newest_secret(organization, id).await?;
                let (api_key, client_secret) = (secret.to_api_key(id), secret.to_client_secret());
                let after = Token {
                    updated_at: now,
                    rotated_at: Some(now),
                    rotated_by: change.actor.principal,
                    previous_secret_expires_at: overlap_ends,
                    key_hint: api_key.hint(),
                    ..before.clone()
                };
                let keys = change.tx.client_keys(organization, id, now).await?.len();
                let (client_keys, keeping) = if rotation.keep_client_keys {
                    (RotatedClientKeys { kept: keys, ended: 0 }, ClientKeys::Keep)
                } else {
                    (RotatedClientKeys { kept: 0, ended: keys }, ClientKeys::EndWithSecrets)
                };
                let stored = stored_secret(id, newest + 1, &secret, now);
                change.tx.rotate_token(&after, &stored, overlap_ends, keeping).await?;
                let view = change.service.view(after.clone()).await?;
                Idempotency::store(idempotency.as_ref(), change, &view).await?;
                let secrets = change.tx.token_secrets(organization, id).await?;
                let details = describe(&before, &after, client_keys);
                let minted = NewCredentials {
                    token: view,
                    client_secret: Some(client_secret),
                    api_key: Some(api_key),
                    client_keys: Some(client_keys),
                };
                let ended = change.done(after.label.as_str(), &details, minted);
                let service = change.service.clone();
                change.tx.after_commit(move || service.identities.insert_token(&after, &secrets));
                Ok(ended)
            })
        })
        .await
    }
}

fn describe(before: &Token, after: &Token, client_keys: RotatedClientKeys) -> Details {
    let details = Details::default()
        .field("key_hint", before.key_hint.clone(), after.key_hint.clone())
        .set("previous_secret_expires_at", after.previous_secret_expires_at.map(|end| end.to_string()));
    match client_keys {
        RotatedClientKeys { kept: 0, ended: 0 } => details,
        RotatedClientKeys { kept, ended } => details.note("client_keys_kept", kept).note("client_keys_ended", ended),
    }
}

/// When older secrets and client keys end, `None` for immediately; or why the token can't be rotated.
fn check(token: &Token, rotation: TokenRotation, now: Timestamp) -> Result<Option<Timestamp>> {
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
