//! Creating service accounts, and changing their name, role, scopes and members.

use mintkey_domain::{
    AuditAction, ErrorCode, FieldCode, FieldErrors, Grant, MembershipStatus, Principal, Role, ScopeSet,
    ServiceAccountId, ServiceAccountStatus, UserId, insufficient_scope,
    request::{NewServiceAccount, ServiceAccountChanges},
    wire,
};
use mintkey_store::{Constraint, LockedRow, ServiceAccount, StoreError};

use super::{require_not_decommissioned, tokens::invalidate_gaining_tokens};
use crate::{Actor, Error, Result, Service, audit::Details, change::Change, one_time::withdraw_resets_in};

impl Service {
    /// Creates a service account.
    ///
    /// # Errors
    /// A validation problem; `already_exists` for a name that is taken, even by a decommissioned account; `forbidden`
    /// for a role above member unless the actor has every permission.
    pub async fn create_service_account(&self, actor: &Actor, new: NewServiceAccount) -> Result<wire::ServiceAccount> {
        let id = ServiceAccountId::new(self.environment.now(), self.environment.random());
        let act = self.change(actor, AuditAction::ServiceAccountCreate, id.uuid())?;
        let made = act.run(move |change| {
            Box::pin(async move {
                let (actor, now) = (&change.actor, change.now);
                if new.role != Role::Member {
                    actor.require_everything()?;
                }
                let account = ServiceAccount {
                    id,
                    organization_id: actor.organization,
                    name: new.name,
                    description: new.description,
                    role: new.role,
                    status: ServiceAccountStatus::Active,
                    allowed_scopes: new.allowed_scopes,
                    members: new.member_ids,
                    generation: 1,
                    // The command line has no principal: such accounts are recorded as created by themselves.
                    created_by: actor.principal.unwrap_or(Principal::ServiceAccount(id)),
                    created_at: now,
                    updated_at: now,
                };
                check_allowed_scopes(change, account.allowed_scopes.as_ref()).await?;
                require_active_members(change, &account.members, &[]).await?;
                change.tx.insert_service_account(&account).await?;
                invalidate_after(change, &account, &account.members).await?;
                Ok(change.done(account.name.as_str(), &describe_new(&account), ()).with(account))
            })
        });
        self.service_account_view(taken(made.await)?).await
    }

    /// Changes a service account. Its new permissions apply from the next check.
    ///
    /// # Errors
    /// As for creating one; `insufficient_scope` for allowing a scope that the actor doesn't have; `tokens_would_gain`
    /// if tokens would gain scopes that their creators could not grant; `service_account_decommissioned`.
    pub async fn edit_service_account(
        &self,
        actor: &Actor,
        id: ServiceAccountId,
        changes: ServiceAccountChanges,
    ) -> Result<wire::ServiceAccount> {
        let act = self.change(actor, AuditAction::ServiceAccountEdit, id.uuid())?;
        let edited = act.run(move |change| {
            Box::pin(async move {
                let organization = change.organization();
                change.tx.lock_exclusive(LockedRow::ServiceAccount(id)).await?;
                let before = change.tx.service_account(organization, id).await?;
                let before = before.filter(|_| change.actor.can_access(Principal::ServiceAccount(id)));
                let before = before.ok_or_else(Error::not_found)?;
                if let Some(scopes) = &changes.allowed_scopes {
                    check_allowed_scopes(change, scopes.as_ref()).await?;
                }
                require_not_decommissioned(&before)?;
                let invalidate = changes.invalidate_tokens;
                let members = changes.member_ids.clone().unwrap_or_default();
                let after = ServiceAccount { updated_at: change.now, ..applied(&before, changes) };
                if after == (ServiceAccount { updated_at: after.updated_at, ..before.clone() }) {
                    return Ok(change.unchanged(before));
                }
                require_may_extend(&change.actor, &before, &after)?;
                require_active_members(change, &members, &before.members).await?;
                let ended = invalidate_gaining_tokens(change, &before, &after, invalidate).await?;
                change.tx.update_service_account(&before, &after).await?;
                let unbounded =
                    |account: &ServiceAccount| account.role == Role::Admin && account.allowed_scopes.is_none();
                if unbounded(&before) && !unbounded(&after) {
                    withdraw_resets_in(change.tx, organization).await?;
                }
                let touched: Vec<_> = before.members.iter().chain(&after.members).copied().collect();
                invalidate_after(change, &after, &touched).await?;
                let details = describe(&before, &after);
                let details = if ended > 0 { details.note("invalidated_tokens", ended) } else { details };
                Ok(change.done(after.name.as_str(), &details, ()).with(after))
            })
        });
        self.service_account_view(taken(edited.await)?).await
    }
}

/// After COMMIT, invalidates the account and these members in this process and in others.
pub(super) async fn invalidate_after(
    change: &mut Change<'_>,
    account: &ServiceAccount,
    members: &[UserId],
) -> Result<()> {
    for member in members {
        change.tx.lock_exclusive(LockedRow::Membership(account.organization_id, *member)).await?;
    }
    change.identities_changed().await?;
    let (service, members) = (change.service.clone(), members.to_vec());
    let (organization, id) = (account.organization_id, account.id);
    change.tx.after_commit(move || {
        service.identities.invalidate_service_account(organization, id);
        for member in members {
            service.identities.invalidate_user(member);
        }
    });
    Ok(())
}

async fn check_allowed_scopes(change: &mut Change<'_>, scopes: Option<&ScopeSet>) -> Result<()> {
    let Some(scopes) = scopes else { return Ok(()) };
    let mut errors = FieldErrors::new();
    change.tenant().await?.catalogue.check(scopes, "allowed_scopes", &mut errors);
    Ok(errors.into_result()?)
}

fn applied(before: &ServiceAccount, changes: ServiceAccountChanges) -> ServiceAccount {
    // Names each field, so that a new one isn't forgotten.
    let ServiceAccountChanges { name, description, role, allowed_scopes, member_ids, invalidate_tokens: _ } = changes;
    let members = member_ids.map(|mut members| {
        // Sorted as they are stored, so that another order is no change.
        members.sort_unstable();
        members
    });
    ServiceAccount {
        name: name.unwrap_or_else(|| before.name.clone()),
        description: description.unwrap_or_else(|| before.description.clone()),
        role: role.unwrap_or(before.role),
        allowed_scopes: allowed_scopes.unwrap_or_else(|| before.allowed_scopes.clone()),
        members: members.unwrap_or_else(|| before.members.clone()),
        ..before.clone()
    }
}

/// The account's tokens gain what it gains, so the actor can only add permissions that they have.
fn require_may_extend(actor: &Actor, before: &ServiceAccount, after: &ServiceAccount) -> Result<()> {
    // Only an administrator's permissions include those of each other role: a member has some that an auditor lacks.
    if after.role != before.role && (after.role != Role::Member || before.role != Role::Admin) {
        actor.require_everything()?;
    }
    let Some(held) = &before.allowed_scopes else { return Ok(()) };
    let Some(requested) = &after.allowed_scopes else { return actor.require_everything() };
    let owner = Principal::ServiceAccount(after.id);
    // For the account itself, `may_grant` would compare a wildcard by its form alone.
    let refused = |grant: &&Grant| {
        !held.covers(grant.as_str()) && (actor.principal() == Some(owner) || !actor.may_grant(grant, owner))
    };
    match requested.iter().find(refused) {
        Some(grant) => Err(insufficient_scope(grant.as_str()).into()),
        None => Ok(()),
    }
}

/// Refuses users who aren't active members of the organization, except those who managed the account before.
async fn require_active_members(change: &mut Change<'_>, members: &[UserId], before: &[UserId]) -> Result<()> {
    const FIELD: &str = "member_ids";
    let organization = change.organization();
    let mut errors = FieldErrors::new();
    for (i, user) in members.iter().enumerate().filter(|(_, user)| !before.contains(user)) {
        let membership = change.tx.membership(organization, *user).await?;
        if membership.is_none_or(|membership| membership.status != MembershipStatus::Active) {
            let message = format!("Number {} is not an active member of this organization.", i + 1);
            errors.push_entry(FIELD, i, FieldCode::UnknownMember, message);
        }
    }
    Ok(errors.into_result()?)
}

fn taken(done: Result<ServiceAccount>) -> Result<ServiceAccount> {
    match done {
        Err(Error::Store(StoreError::Unique(Constraint::ServiceAccountName))) => {
            Err(Error::refused(ErrorCode::AlreadyExists, "A service account of this name exists, or existed."))
        }
        done => done,
    }
}

/// The audit details of a new service account.
pub(crate) fn describe_new(account: &ServiceAccount) -> Details {
    Details::default()
        .set("name", account.name.as_str())
        .set("role", account.role.as_str())
        .set("allowed_scopes", allowed(account))
        .set("member_ids", ids(&account.members))
}

fn describe(before: &ServiceAccount, after: &ServiceAccount) -> Details {
    Details::default()
        .field("name", before.name.as_str(), after.name.as_str())
        .field("description", before.description.clone(), after.description.clone())
        .field("role", before.role.as_str(), after.role.as_str())
        .field("allowed_scopes", allowed(before), allowed(after))
        .field("member_ids", ids(&before.members), ids(&after.members))
}

/// `None` for everything the role allows; an empty list for nothing.
fn allowed(account: &ServiceAccount) -> Option<Vec<String>> {
    account.allowed_scopes.as_ref().map(ScopeSet::to_strings)
}

fn ids(members: &[UserId]) -> Vec<String> {
    members.iter().map(ToString::to_string).collect()
}
