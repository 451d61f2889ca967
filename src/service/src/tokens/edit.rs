//! Changes to a token's label, description, scopes, address ranges and expiry.

use mintkey_domain::{
    AuditAction, ErrorCode, FieldCode, FieldErrors, Grant, ScopeSet, Timestamp, TokenId, TokenStatus,
    request::TokenChanges, wire,
};
use mintkey_store::Token;

use super::{
    kubeconfig,
    owner::{require_may_change, within_owner},
    require_grants,
};
use crate::{
    Actor, Error, Result, Service,
    audit::Details,
    identity_cache::{OrganizationRecord, OwnerRecord},
};

impl Service {
    /// Changes a token. A new expiry reactivates an expired one; an invalidated one can't be changed. A request without
    /// changes writes nothing.
    ///
    /// # Errors
    /// A validation problem; `beyond_own_bounds` for more addresses, or a later expiry, than the actor's own token has;
    /// `insufficient_scope` for adding a scope, or extending the lifetime, beyond the actor's scopes; `forbidden` for
    /// another user's token; `token_invalidated`.
    pub async fn edit_token(&self, actor: &Actor, id: TokenId, changes: TokenChanges) -> Result<wire::Token> {
        let act = self.change(actor, AuditAction::TokenEdit, id.uuid())?;
        let edit = act.run(move |change| {
            Box::pin(async move {
                let before = change.token(id).await?;
                let tenant = change.tenant().await?;
                let owner = change.owner(before.owner).await?.ok_or_else(Error::not_found)?;
                require_may_change(&change.actor, before.owner, &owner)?;
                let after = apply(&change.actor, &tenant, &owner, &before, &changes, change.now)?;
                if after == (Token { updated_at: after.updated_at, ..before.clone() }) {
                    return Ok(change.unchanged(before));
                }
                change.tx.update_token(&before, &after).await?;
                if let Some(end) = changes.previous_secret_expires_at {
                    change.tx.set_previous_secret_end(before.organization_id, id, end, change.now).await?;
                }
                let stored = change.tx.token(before.organization_id, id).await?.ok_or_else(Error::not_found)?;
                let secrets = change.tx.token_secrets(before.organization_id, id).await?;
                let (service, record) = (change.service.clone(), stored.clone());
                change.tx.after_commit(move || service.identities.insert_token(&record, &secrets));
                Ok(change.done(after.label.as_str(), &describe(&before, &after), stored))
            })
        });
        self.view(edit.await?).await
    }
}

/// The token after the changes, or the reason to refuse them.
fn apply(
    actor: &Actor,
    tenant: &OrganizationRecord,
    owner: &OwnerRecord,
    before: &Token,
    changes: &TokenChanges,
    now: Timestamp,
) -> Result<Token> {
    if before.invalidated_at.is_some() {
        return Err(Error::refused(ErrorCode::TokenInvalidated, "An invalidated token can't be changed."));
    }
    if !before.has_readable_row() {
        let message = "Part of this token's stored record can't be read. It can only be invalidated or deleted.";
        return Err(Error::refused(ErrorCode::Forbidden, message));
    }
    let mut errors = FieldErrors::new();
    let mut after = Token { updated_at: now, ..before.clone() };
    if let Some(label) = &changes.label {
        after.label.clone_from(label);
    }
    if let Some(description) = &changes.description {
        after.description.clone_from(description);
    }
    if let Some(ranges) = &changes.allowed_cidrs {
        kubeconfig::check_addresses(before.kind, ranges, &mut errors);
        after.allowed_cidrs.clone_from(ranges);
    }
    if let Some(scopes) = &changes.scopes {
        tenant.catalogue.check(scopes, "scopes", &mut errors);
        within_owner(tenant, owner, &added(before, changes), &mut errors);
        after.replace_scopes(scopes.clone());
    }
    if let Some(expiry) = changes.expiry {
        let policy = kubeconfig::expiry_policy(before.kubeconfig.as_ref(), tenant.expiry_policy());
        after.expires_at = policy.resolve(expiry, now, &mut errors);
    }
    if let Some(end) = changes.previous_secret_expires_at {
        check_overlap(before, &after, end, now, &mut errors);
        after.previous_secret_expires_at = end;
    }
    check_bounds(actor, changes, &after, &mut errors);
    errors.into_result()?;
    let added = added(before, changes);
    require_grants(actor, before.owner, &added)?;
    if !added.is_empty() {
        // The holder of its secret must not have wider limits than the actor.
        actor.require_within_bounds(&after)?;
    }
    let more_addresses =
        before.allowed_cidrs != after.allowed_cidrs && !before.allowed_cidrs.contains(&after.allowed_cidrs);
    if lives_longer(before, &after, now) || more_addresses || works_again(before, &after) {
        // A longer lifetime, more addresses and repaired scopes all give away the token's scopes again.
        require_grants(actor, before.owner, &after.scopes)?;
    }
    Ok(after)
}

/// Checks that the changed fields stay within the actor's limits.
fn check_bounds(actor: &Actor, changes: &TokenChanges, after: &Token, errors: &mut FieldErrors) {
    if changes.allowed_cidrs.is_some() {
        actor.check_addresses(&after.allowed_cidrs, errors);
    }
    if let Some(expiry) = changes.expiry {
        actor.check_expiry(after.expires_at, expiry.field(), errors);
    }
    if let Some(end @ Some(_)) = changes.previous_secret_expires_at {
        actor.check_expiry(end, "previous_secret_expires_at", errors);
    }
}

/// Only a running overlap can be ended or moved, and not beyond the token's own expiry.
fn check_overlap(before: &Token, after: &Token, end: Option<Timestamp>, now: Timestamp, errors: &mut FieldErrors) {
    const FIELD: &str = "previous_secret_expires_at";
    if before.previous_secret_expires_at.is_none_or(|running| running <= now) {
        errors.push(FIELD, FieldCode::Conflict, "No earlier secret is working that could be ended or extended.");
    } else if end.is_some_and(|end| end <= now) {
        errors.push(FIELD, FieldCode::InThePast, "The end must lie in the future; null ends the overlap now.");
    } else if end.zip(after.expires_at).is_some_and(|(end, last)| end > last) {
        errors.push(FIELD, FieldCode::ExceedsMaximum, "An overlap can't last longer than the token.");
    }
}

/// The grants that weren't covered before.
fn added(before: &Token, changes: &TokenChanges) -> ScopeSet {
    let is_new = |grant: &&Grant| !before.scopes.covers(grant.as_str());
    ScopeSet::new(changes.scopes.iter().flatten().filter(is_new).cloned().collect())
}

/// Whether unreadable scopes, which disable the token, are replaced.
fn works_again(before: &Token, after: &Token) -> bool {
    after.unreadable.len() < before.unreadable.len()
}

fn lives_longer(before: &Token, after: &Token, now: Timestamp) -> bool {
    let expired = TokenStatus::at(now, before.expires_at, None) == TokenStatus::Expired;
    let overlap = |token: &Token| token.previous_secret_expires_at;
    let later = |from: Option<Timestamp>, to: Option<Timestamp>| match (from, to) {
        (Some(from), Some(to)) => to > from,
        (Some(_), None) => true,
        (None, _) => false,
    };
    later(before.expires_at, after.expires_at)
        || (expired && before.expires_at != after.expires_at)
        || overlap(after).is_some_and(|to| overlap(before).is_none_or(|from| to > from))
}

fn describe(before: &Token, after: &Token) -> Details {
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    let details = Details::default();
    let details = if works_again(before, after) { details.note("replaced_unreadable", "scopes") } else { details };
    details
        .field("label", before.label.as_str(), after.label.as_str())
        .field("description", before.description.clone(), after.description.clone())
        .field("scopes", before.scopes.to_strings(), after.scopes.to_strings())
        .field("allowed_cidrs", before.allowed_cidrs.to_strings(), after.allowed_cidrs.to_strings())
        .field("expires_at", time(before.expires_at), time(after.expires_at))
        .field(
            "previous_secret_expires_at",
            time(before.previous_secret_expires_at),
            time(after.previous_secret_expires_at),
        )
}
