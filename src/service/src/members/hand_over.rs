//! Transfers what a leaving member owns to someone else.

use mintkey_domain::{
    AuditAction, FieldCode, FieldErrors, MembershipStatus, Principal, ServiceAccountId, ServiceAccountStatus, UserId,
    scopes, wire::HandOver,
};
use mintkey_store::{LockedRow, Token, TokenSecret};
use uuid::Uuid;

use crate::{Actor, Error, Result, Service, audit::Details, change::Change, tokens::stored_secret};

impl Service {
    /// Transfers a member's tokens and managed service accounts to another member, or only their tokens to a service
    /// account.
    ///
    /// The leaving member knows their secrets, so each token gets a new, undisclosed one: its new owner rotates it to
    /// see one. What a token may do is bounded by its new owner from now on.
    ///
    /// # Errors
    /// `not_found` for nobody of this organization; a validation problem at `to_id` for a principal that can't own tokens here.
    pub async fn hand_over(&self, actor: &Actor, from: UserId, to: Uuid) -> Result<HandOver> {
        let act = self.change(actor, AuditAction::MemberHandOver, from.uuid())?;
        act.run(move |change| {
            Box::pin(async move {
                change.actor.require(scopes::TOKENS_WRITE)?;
                let (organization, now) = (change.organization(), change.now);
                let previous_owner = change.tx.member(organization, from).await?.ok_or_else(Error::not_found)?;
                let (new_owner, name) = new_owner(change, from, to).await?;
                change.tx.lock_exclusive(LockedRow::Membership(organization, from)).await?;
                let given = match new_owner {
                    Principal::User(user) => {
                        change.tx.hand_over_service_accounts(organization, from, user, now).await?
                    }
                    Principal::ServiceAccount(_) => 0,
                };
                let tokens = renewed(change, from, new_owner).await?;
                change.tx.hand_over_tokens(organization, from.uuid(), new_owner, &tokens, now).await?;
                for (token, _) in &tokens {
                    let details = Details::default()
                        .field("owner_id", from.to_string(), new_owner.id().to_string())
                        .set("key_hint", token.key_hint.clone());
                    change.log_event(AuditAction::TokenHandOver, Some(token.id.uuid()), token.label.as_str(), &details);
                }
                let handed = HandOver { tokens: tokens.len() as u64, service_accounts: given };
                let details = Details::default()
                    .note("to_id", new_owner.id().to_string())
                    .note("to_name", name)
                    .note("tokens", handed.tokens)
                    .note("service_accounts", handed.service_accounts);
                change.identities_changed().await?;
                change.invalidate_user(from);
                if let Principal::User(user) = new_owner {
                    change.invalidate_user(user);
                }
                let service = change.service.clone();
                change.tx.after_commit(move || {
                    for (token, secret) in &tokens {
                        service.identities.insert_token(token, std::slice::from_ref(secret));
                    }
                });
                Ok(change.done(previous_owner.email.as_str(), &details, handed))
            })
        })
        .await
    }
}

/// The tokens after the transfer: with the new owner, and each with a new secret that is discarded here.
async fn renewed(change: &mut Change<'_>, from: UserId, owner: Principal) -> Result<Vec<(Token, TokenSecret)>> {
    let (organization, now) = (change.organization(), change.now);
    let tokens = change.tx.tokens_to_hand_over(organization, from.uuid()).await?;
    let renewed = tokens.into_iter().map(|(token, newest)| {
        let secret = change.service.environment.secret();
        let stored = stored_secret(token.id, newest + 1, &secret, now);
        let key_hint = secret.to_api_key(token.id).hint();
        let after = Token {
            owner,
            key_hint,
            rotated_at: Some(now),
            rotated_by: None,
            updated_at: now,
            previous_secret_expires_at: None,
            ..token
        };
        (after, stored)
    });
    Ok(renewed.collect())
}

/// The new owner and their name: another active member, or an active service account.
async fn new_owner(change: &mut Change<'_>, from: UserId, to: Uuid) -> Result<(Principal, String)> {
    const FIELD: &str = "to_id";
    if to == from.uuid() {
        return Err(
            FieldErrors::one(FIELD, FieldCode::Conflict, "This member is already the owner. Choose another.").into()
        );
    }
    let (organization, user) = (change.organization(), UserId::from_uuid(to));
    if let Some(member) = change.tx.member(organization, user).await?
        && member.membership.status == MembershipStatus::Active
    {
        return Ok((Principal::User(user), member.email.to_string()));
    }
    let id = ServiceAccountId::from_uuid(to);
    if let Some(account) = change.tx.service_account(organization, id).await?
        && account.status == ServiceAccountStatus::Active
    {
        if account.role != mintkey_domain::Role::Member {
            // Its tokens have more permissions than the previous owner had, so the actor needs every permission.
            change.actor.require_everything()?;
        }
        return Ok((Principal::ServiceAccount(id), account.name.to_string()));
    }
    let message = "There is no active member or service account of this id here.";
    Err(FieldErrors::one(FIELD, FieldCode::UnknownOwner, message).into())
}
