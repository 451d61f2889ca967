//! Reads and replaces the public keys of a token's client.

use mintkey_domain::{AuditAction, ErrorCode, FieldErrors, TokenId};
use serde_json::Value;

use super::keys::parse_client_keys;
use crate::{
    Actor, Error, Result, Service,
    audit::Details,
    tokens::{require_may_issue_secret, visible},
};

impl Service {
    /// The public keys that a token's client may authenticate with (RFC 7517).
    pub async fn client_keys(&self, actor: &Actor, id: TokenId) -> Result<Vec<Value>> {
        visible(&self.store, actor, id).await?;
        Ok(self
            .store
            .client_keys(actor.organization, id, self.environment.now())
            .await?
            .iter()
            .filter_map(|key| read(key))
            .collect())
    }

    /// Replaces all keys with these; an empty list removes them. A holder of one of their private keys can act as the
    /// token, so this requires what rotating it requires.
    ///
    /// # Errors
    /// A validation problem at `keys`; `credential_in_use` for the token that makes the request; `insufficient_scope`,
    /// `beyond_own_bounds`, `forbidden` and `token_invalidated` as for rotation.
    pub async fn set_client_keys(&self, actor: &Actor, id: TokenId, keys: &[Value]) -> Result<Vec<Value>> {
        let act = self.change(actor, AuditAction::TokenClientKeys, id.uuid())?;
        let mut errors = FieldErrors::new();
        let keys = parse_client_keys(keys, "keys", &mut errors);
        errors.into_result()?;
        act.run(move |change| {
            Box::pin(async move {
                let token = change.token(id).await?;
                if change.actor.token_id == Some(id) {
                    let message = "A token can't give itself another proof. Ask with another credential.";
                    return Err(Error::refused(ErrorCode::CredentialInUse, message));
                }
                require_may_issue_secret(change, &token).await?;
                if token.invalidated_at.is_some() {
                    let message = "An invalidated token can't be changed.";
                    return Err(Error::refused(ErrorCode::TokenInvalidated, message));
                }
                let (organization, by, now) = (token.organization_id, change.actor.principal, change.now);
                let before = change.tx.client_keys(organization, id, now).await?;
                // During an overlap, setting the same keys removes their expiry, so it is a change.
                let public_keys = keys.iter().filter_map(|key| read(key)).collect();
                if before == keys && token.previous_secret_expires_at.is_none_or(|end| end <= now) {
                    return Ok(change.unchanged(public_keys));
                }
                change.tx.set_client_keys(organization, id, &keys, by, now).await?;
                let details = Details::default().field("client_keys", names(&before), names(&keys));
                Ok(change.done(token.label.as_str(), &details, public_keys))
            })
        })
        .await
    }
}

fn read(key: &str) -> Option<Value> {
    serde_json::from_str(key).ok()
}

/// Names for the audit log: the `kid` or the key type.
fn names(keys: &[String]) -> Vec<String> {
    let name = |key: Value| key["kid"].as_str().or(key["kty"].as_str()).map(str::to_owned);
    keys.iter().filter_map(|key| read(key)).filter_map(name).collect()
}
