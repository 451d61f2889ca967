//! Use cases of tokens, one file each.

mod bulk;
mod create;
mod credential_file;
mod delete;
mod edit;
mod idempotency;
mod invalidate;
mod kubeconfig;
mod list;
mod overlap;
mod owner;
mod rotate;
mod view;

use mintkey_domain::{ErrorCode, Principal, Secret, Timestamp, TokenId, insufficient_scope, scopes};
use mintkey_store::{Store, StoredHash, Token, TokenSecret};

use crate::{Actor, Error, Result};

pub use bulk::{BulkFilter, TokenBulk};
pub(crate) use create::describe as describe_new_token;
pub use idempotency::Idempotency;
pub use invalidate::TokenInvalidation;
pub use list::{Paging, TokenQuery};
pub(crate) use owner::require_may_issue_secret;
pub use rotate::TokenRotation;

/// The token, if the actor has access to it.
pub(crate) async fn visible(store: &Store, actor: &Actor, id: TokenId) -> Result<Token> {
    actor.require(scopes::TOKENS_READ)?;
    reachable(actor, store.token(actor.organization, id).await?)
}

/// The token, unless it belongs to another organization or, for a member, to another owner.
pub(crate) fn reachable(actor: &Actor, token: Option<Token>) -> Result<Token> {
    token.filter(|token| actor.can_access(token.owner)).ok_or_else(Error::not_found)
}

/// Refuses to end the credential of the request, unless forced.
fn require_other(actor: &Actor, id: TokenId, force: bool) -> Result<()> {
    if actor.token_id == Some(id) && !force {
        return Err(Error::refused(
            ErrorCode::CredentialInUse,
            "The request was made with this very token. Set `force` to `true` to do it anyway.",
        ));
    }
    Ok(())
}

/// Refuses to grant that owner a scope that the actor doesn't have.
fn require_grants(actor: &Actor, owner: Principal, scopes: &mintkey_domain::ScopeSet) -> Result<()> {
    match scopes.iter().find(|grant| !actor.may_grant(grant, owner)) {
        Some(grant) => Err(insufficient_scope(grant.as_str()).into()),
        None => Ok(()),
    }
}

/// The stored form of a new secret: only its hash.
pub(crate) fn stored_secret(id: TokenId, generation: i64, secret: &Secret, now: Timestamp) -> TokenSecret {
    TokenSecret {
        token_id: id,
        generation,
        hash: StoredHash::Mintkey(*secret.hash().as_bytes()),
        certificate: None,
        expires_at: None,
        created_at: now,
        last_used_at: None,
        last_used_ip: None,
        last_used_agent: None,
    }
}
