//! The public keys of a token's client: shown, and replaced.

use mintkey_domain::{ErrorCode, FieldErrors, ScopeSet, TokenId, own};
use serde_json::Value;

use super::keys::parse_client_keys;
use crate::{
    Actor, Error, Result, Service,
    audit::{Change, Target},
    tokens::{reachable, require_grants, require_may_change, visible},
};

impl Service {
    /// The public keys by which a token's client may prove itself (RFC 7517).
    pub async fn client_keys(&self, actor: &Actor, id: TokenId) -> Result<Vec<Value>> {
        visible(&self.store, actor, id).await?;
        Ok(self.store.client_keys(actor.organization, id).await?.iter().filter_map(|key| read(key)).collect())
    }

    /// Puts these keys in the place of all that there are; none is none. Whoever has a private half of them is the
    /// token from then on, so this takes what rotating it takes.
    ///
    /// # Errors
    /// A validation problem at `keys`; `insufficient_scope`, `forbidden` and `token_invalidated` as for rotating.
    pub async fn set_client_keys(&self, actor: &Actor, id: TokenId, keys: &[Value]) -> Result<Vec<Value>> {
        actor.require(own::TOKENS_WRITE)?;
        let mut errors = FieldErrors::new();
        let keys = parse_client_keys(keys, &mut errors);
        errors.into_result()?;
        let now = self.environment.now();
        let (service, actor) = (self.clone(), actor.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    actor.require_standing(tx).await?;
                    let token = reachable(&actor, tx.token(actor.organization, id).await?)?;
                    let owner = service.owner_of(&token).await?;
                    require_may_change(&actor, token.owner, &owner)?;
                    require_grants(
                        &actor,
                        token.owner,
                        &ScopeSet::from_stored(token.scopes.iter().map(String::as_str)),
                    )?;
                    if token.invalidated_at.is_some() {
                        let said = "An invalidated token stays as it is, for good.";
                        return Err(Error::refused(ErrorCode::TokenInvalidated, said));
                    }
                    let before = tx.client_keys(actor.organization, id).await?;
                    tx.set_client_keys(actor.organization, id, &keys, now).await?;
                    let change = Change::default().field("client_keys", names(&before), names(&keys));
                    let target = Target::new("token", Some(id.uuid()), &token.label);
                    tx.audit(service.event(&actor, now, "token.client_keys", target, &change));
                    Ok(keys.iter().filter_map(|key| read(key)).collect())
                })
            })
            .await
    }
}

fn read(key: &str) -> Option<Value> {
    serde_json::from_str(key).ok()
}

/// What a log calls them: by `kid`, or by kind.
fn names(keys: &[String]) -> Vec<String> {
    let name = |key: Value| key["kid"].as_str().or(key["kty"].as_str()).map(str::to_owned);
    keys.iter().filter_map(|key| read(key)).filter_map(name).collect()
}
