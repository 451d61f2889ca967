//! Tokens that are invalidated by a change to their service account.

use mintkey_domain::{AuditAction, ErrorCode, Principal, Problem, Role, ServiceAccountId};
use mintkey_store::{ServiceAccount, Token};

use crate::{Error, Result, audit::Details, change::Change};

/// Invalidates tokens of an account, each with an event of its own.
pub(super) async fn invalidate_tokens(
    change: &mut Change<'_>,
    account: ServiceAccountId,
    tokens: &[Token],
    reason: &str,
) -> Result<()> {
    let (organization, now) = (change.organization(), change.now);
    let ids: Vec<_> = tokens.iter().map(|token| token.id).collect();
    change.tx.invalidate_tokens(organization, account.uuid(), &ids, now).await?;
    for token in tokens {
        let details = Details::default().note("reason", reason);
        change.log_event(AuditAction::TokenInvalidate, Some(token.id.uuid()), token.label.as_str(), &details);
    }
    let service = change.service.clone();
    change.tx.after_commit(move || service.identities.invalidate_tokens(&ids));
    Ok(())
}

/// New permissions of a service account also go to its tokens, and so to everyone who has seen their secrets. If the
/// request allows it, invalidates the tokens whose creator, last rotator or client key setter could not grant as much.
///
/// # Errors
/// Otherwise `tokens_would_gain` with their IDs.
pub(super) async fn invalidate_gaining_tokens(
    change: &mut Change<'_>,
    before: &ServiceAccount,
    after: &ServiceAccount,
    invalidate: bool,
) -> Result<usize> {
    let Some(gain) = PermissionGain::of(change, before, after).await? else { return Ok(0) };
    // The holders of access tokens aren't known: they may be from before a rotation, or of an invalidated token.
    change.tx.advance_service_account(after.organization_id, after.id).await?;
    let mut gaining = Vec::new();
    for token in change.tx.live_tokens_of(after.organization_id, after.id.uuid()).await? {
        // A token with limits can't give permissions to one with wider limits either.
        let beyond = change.actor.require_within_bounds(&token).is_err();
        if gain.applies_to(&token) && (beyond || !gain.was_theirs_to_grant(change, after, &token).await?) {
            gaining.push(token);
        }
    }
    if gaining.is_empty() {
        return Ok(0);
    }
    if !invalidate {
        let message = "Tokens of this service account would gain rights that their makers could not grant. Set \
                       `invalidate_tokens` to `true` to invalidate them with this change.";
        let ids = gaining.iter().map(|token| token.id).collect();
        return Err(Error::Refused(Problem::new(ErrorCode::TokensWouldGain, message).with_tokens(ids)));
    }
    invalidate_tokens(change, after.id, &gaining, "The service account may do more from now on.").await?;
    Ok(gaining.len())
}

struct PermissionGain {
    /// Whether the role changes to one with additional permissions: every token gains.
    role: bool,
    /// The names in the catalogue that become allowed.
    scopes: Vec<String>,
}

impl PermissionGain {
    async fn of(change: &mut Change<'_>, before: &ServiceAccount, after: &ServiceAccount) -> Result<Option<Self>> {
        let role = before.role != after.role && before.role != Role::Admin;
        let tenant = change.tenant().await?;
        let may =
            |account: &ServiceAccount, name: &str| account.allowed_scopes.as_ref().is_none_or(|set| set.covers(name));
        let gained = |name: &&str| may(after, name) && !may(before, name);
        let scopes: Vec<_> = tenant.catalogue.names().filter(gained).map(str::to_owned).collect();
        Ok((role || !scopes.is_empty()).then_some(Self { role, scopes }))
    }

    fn applies_to(&self, token: &Token) -> bool {
        // The scopes of an unreadable token could include any.
        self.role || !token.unreadable.is_empty() || self.scopes.iter().any(|name| token.scopes.covers(name))
    }

    /// Whether everyone who has seen a secret of the token could grant what it gains now. Former members and unknown
    /// users could not.
    async fn was_theirs_to_grant(
        &self,
        change: &mut Change<'_>,
        account: &ServiceAccount,
        token: &Token,
    ) -> Result<bool> {
        if token.previous_secret_expires_at.is_some_and(|end| end > change.now) {
            // The holder of the older secret isn't known.
            return Ok(false);
        }
        let catalogue = change.tenant().await?.catalogue.clone();
        let mut seen_by = change.tx.client_key_setters(token.organization_id, token.id, change.now).await?;
        seen_by.push(Some(token.created_by));
        seen_by.extend(token.rotated_by.map(Some));
        for principal in seen_by {
            let Some(principal) = principal else { return Ok(false) };
            if principal == Principal::ServiceAccount(account.id) {
                return Ok(false);
            }
            let Some(owner) = change.owner(principal).await?.filter(|owner| owner.is_active()) else {
                return Ok(false);
            };
            let unbounded = owner.role == Role::Admin && owner.allowed.is_none();
            if (self.role && !unbounded) || !self.scopes.iter().all(|name| owner.may_use(name, &catalogue)) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
