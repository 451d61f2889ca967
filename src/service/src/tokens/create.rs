//! Making a token.

use mintkey_domain::{
    ErrorCode, FieldCode, FieldErrors, Grant, Principal, TokenId, TokenKind, own,
    wire::{MintedSecrets, MintedToken, NewToken},
};
use mintkey_store::{Token, TokenSecret};

use super::{Idempotency, require_grants};
use crate::{
    Actor, Error, Result, Service,
    audit::{Change, Target},
    memory::OrganizationRecord,
};

pub(super) const SECRET_ALGORITHM: &str = "sha256";

impl Service {
    /// Makes a token; its secrets are in this answer and nowhere else.
    ///
    /// # Errors
    /// A validation problem for unknown scopes, an unknown owner or an end that isn't allowed;
    /// `insufficient_scope` for a scope that the actor doesn't hold; `kind_unavailable`.
    pub async fn create_token(
        &self,
        actor: &Actor,
        new: NewToken,
        idempotency: Option<Idempotency>,
    ) -> Result<MintedToken> {
        actor.require(own::TOKENS_WRITE)?;
        if new.kind != TokenKind::ApiKey {
            return Err(Error::refused(ErrorCode::KindUnavailable, "Only tokens of kind api_key can be made here."));
        }
        let now = self.environment.now();
        let tenant = self.tenant(actor.organization).await?;
        let owner = owner(actor, &new)?;
        let mut errors = FieldErrors::new();
        known_scopes(&tenant, &new.scopes, &mut errors);
        let expires_at = tenant.expiry_policy().resolve(new.expiry, now, &mut errors);
        errors.into_result()?;
        require_grants(actor, &new.scopes)?;

        let id = TokenId::new(now, self.environment.random());
        let secret = self.environment.secret();
        let (api_key, client_secret) = (secret.to_api_key(id), secret.to_client_secret());
        let token = Token {
            id,
            organization_id: actor.organization,
            owner,
            label: new.label,
            description: new.description,
            kind: new.kind,
            scopes: new.scopes.to_strings(),
            allowed_cidrs: new.allowed_cidrs,
            created_at: now,
            updated_at: now,
            created_by: actor.principal.unwrap_or(owner),
            expires_at,
            invalidated_at: None,
            keep_access_tokens: false,
            rotated_at: None,
            previous_secret_expires_at: None,
            last_used_at: None,
            last_used_ip: None,
            key_hint: api_key.hint(),
        };
        let stored = TokenSecret {
            token_id: id,
            generation: 1,
            algorithm: SECRET_ALGORITHM.to_owned(),
            hash: *secret.hash().as_bytes(),
            expires_at: None,
            created_at: now,
            last_used_at: None,
            last_used_ip: None,
            last_used_agent: None,
        };
        let change = describe(&token);
        let target = Target::new("token", Some(id.uuid()), &token.label);
        let event = self.event(actor, now, "token.create", target, &change);
        let view = self.view(token.clone()).await?;
        let (service, actor) = (self.clone(), actor.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if let Some(idempotency) = &idempotency {
                        if let Some(earlier) = idempotency.earlier(tx, &actor, now).await? {
                            return Ok(MintedToken { token: earlier, secrets: None });
                        }
                        idempotency.remember(tx, &actor, now, 201, &view).await?;
                    }
                    tx.insert_token(&token, &stored);
                    tx.audit(event);
                    tx.after_commit(move || service.memory.set_token(&token, &[stored]));
                    Ok(MintedToken { token: view, secrets: Some(MintedSecrets { client_secret, api_key }) })
                })
            })
            .await
    }
}

/// Whose it will be: the caller's own. A person's secret is never given to another.
fn owner(actor: &Actor, new: &NewToken) -> Result<Principal> {
    let unknown = "There is no such owner here, or it may not have tokens.";
    match (new.owner_id, actor.principal) {
        (None, Some(caller)) => Ok(caller),
        (Some(id), Some(caller)) if caller.id() == id => Ok(caller),
        (None, None) => Err(FieldErrors::one("owner_id", FieldCode::Required, "Say whose it will be.").into()),
        (Some(_), _) => Err(FieldErrors::one("owner_id", FieldCode::UnknownOwner, unknown).into()),
    }
}

/// Notes the grants that cover nothing in the catalogue, by name.
pub(super) fn known_scopes(tenant: &OrganizationRecord, scopes: &mintkey_domain::ScopeSet, errors: &mut FieldErrors) {
    let unknown: Vec<_> = scopes.iter().filter(|grant| !tenant.catalogue.knows(grant)).map(Grant::as_str).collect();
    if !unknown.is_empty() {
        let names = unknown.join(", ");
        let message = format!("Not in the catalogue: {names}. GET /api/v1/scopes lists what is.");
        errors.push("scopes", FieldCode::UnknownScope, message);
    }
}

/// What the audit log keeps of a new token.
fn describe(token: &Token) -> Change {
    Change::default()
        .set("label", token.label.clone())
        .set("kind", token.kind.as_str())
        .set("owner_id", token.owner.id().to_string())
        .set("scopes", token.scopes.clone())
        .set("allowed_cidrs", token.allowed_cidrs.clone())
        .set("expires_at", token.expires_at.map(|end| end.to_string()))
        .set("key_hint", token.key_hint.clone())
}
