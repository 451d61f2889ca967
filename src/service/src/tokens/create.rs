//! Making a token.

use mintkey_domain::{
    ErrorCode, FieldErrors, TokenId, TokenKind, own,
    wire::{MintedSecrets, MintedToken, NewToken},
};
use mintkey_store::Token;

use super::{
    Idempotency,
    owner::{require_active, within_owner},
    require_grants, stored_secret,
};
use crate::{
    Actor, Error, Result, Service,
    audit::{Change, Target},
};

impl Service {
    /// Makes a token; its secrets are in this answer and nowhere else.
    ///
    /// # Errors
    /// A validation problem for unknown scopes, an unknown owner or an end that isn't allowed;
    /// `insufficient_scope` for a scope that the actor doesn't hold; `service_account_not_active`;
    /// `kind_unavailable`.
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
        let (owner, record) = self.new_owner(actor, new.owner_id).await?;
        let mut errors = FieldErrors::new();
        tenant.catalogue.check(&new.scopes, "scopes", &mut errors);
        within_owner(&tenant, &record, &new.scopes, &mut errors);
        let expires_at = tenant.expiry_policy().resolve(new.expiry, now, &mut errors);
        errors.into_result()?;
        require_grants(actor, owner, &new.scopes)?;

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
        let stored = stored_secret(id, 1, &secret, now);
        let change = describe(&token);
        let target = Target::new("token", Some(id.uuid()), &token.label);
        let event = self.event(actor, now, "token.create", target, &change);
        let view = self.view(token.clone()).await?;
        let (service, actor) = (self.clone(), actor.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    actor.require_standing(tx).await?;
                    if let Some(idempotency) = &idempotency {
                        if let Some(earlier) = idempotency.earlier(tx, &actor, now).await? {
                            return Ok(MintedToken { token: earlier, secrets: None });
                        }
                        idempotency.remember(tx, &actor, now, 201, &view).await?;
                    }
                    require_active(tx, actor.organization, owner).await?;
                    tx.insert_token(&token, &stored);
                    tx.audit(event);
                    tx.after_commit(move || service.memory.set_token(&token, &[stored]));
                    Ok(MintedToken { token: view, secrets: Some(MintedSecrets { client_secret, api_key }) })
                })
            })
            .await
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
