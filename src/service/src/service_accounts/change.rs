//! Making a service account, and changing what it is called, what it may do and whom it is given to.

use mintkey_domain::{
    ErrorCode, FieldCode, FieldErrors, Grant, MembershipStatus, OrganizationId, Principal, Role, ServiceAccountId,
    ServiceAccountStatus, UserId, insufficient_scope, own,
    wire::{self, NewServiceAccount, ServiceAccountChanges},
};
use mintkey_store::{Constraint, ServiceAccount, StoreError, Tx};

use super::require_standing;
use crate::{
    Actor, Error, Result, Service,
    audit::{Change, Target},
    memory::allowed_scopes,
    one_time::withdraw_resets_in,
};

impl Service {
    /// Makes a service account.
    ///
    /// # Errors
    /// A validation problem; `already_exists` for a name that is taken, by a decommissioned account too;
    /// `forbidden` for a role above a member's unless the actor may do everything.
    pub async fn create_service_account(&self, actor: &Actor, new: NewServiceAccount) -> Result<wire::ServiceAccount> {
        actor.require(own::SERVICE_ACCOUNTS_WRITE)?;
        if new.role != Role::Member {
            actor.require_everything()?;
        }
        let now = self.environment.now();
        let tenant = self.tenant(actor.organization).await?;
        let mut errors = FieldErrors::new();
        if let Some(scopes) = &new.allowed_scopes {
            tenant.catalogue.check(scopes, "allowed_scopes", &mut errors);
        }
        errors.into_result()?;
        let id = ServiceAccountId::new(now, self.environment.random());
        let account = ServiceAccount {
            id,
            organization_id: actor.organization,
            name: new.name,
            description: new.description,
            role: new.role,
            status: ServiceAccountStatus::Active,
            allowed_scopes: new.allowed_scopes.map(|scopes| scopes.to_strings()).unwrap_or_default(),
            members: new.member_ids,
            credentials_valid_from: now,
            // Mintkey's own command line is nobody: what it makes counts as made by itself.
            created_by: actor.principal.unwrap_or(Principal::ServiceAccount(id)),
            created_at: now,
            updated_at: now,
        };
        let (service, actor) = (self.clone(), actor.clone());
        let made = self.store.write(move |tx| {
            Box::pin(async move {
                actor.require_standing(tx).await?;
                known_members(tx, actor.organization, &account.members).await?;
                tx.insert_service_account(&account).await?;
                let change = Change::default()
                    .set("name", account.name.clone())
                    .set("role", account.role.as_str())
                    .set("allowed_scopes", account.allowed_scopes.clone())
                    .set("member_ids", ids(&account.members));
                let target = Target::new("service_account", Some(account.id.uuid()), &account.name);
                tx.audit(service.event(&actor, now, "service_account.create", target, &change));
                service.forget_after(tx, &account, &account.members, now).await?;
                Ok(account)
            })
        });
        self.service_account_view(taken(made.await)?).await
    }

    /// Changes a service account. What it may do from now on counts at the next check.
    ///
    /// # Errors
    /// As for making one; `insufficient_scope` for allowing it a scope that the actor doesn't hold;
    /// `service_account_decommissioned`.
    pub async fn edit_service_account(
        &self,
        actor: &Actor,
        id: ServiceAccountId,
        changes: ServiceAccountChanges,
    ) -> Result<wire::ServiceAccount> {
        actor.require(own::SERVICE_ACCOUNTS_WRITE)?;
        let now = self.environment.now();
        let tenant = self.tenant(actor.organization).await?;
        let mut errors = FieldErrors::new();
        if let Some(Some(scopes)) = &changes.allowed_scopes {
            tenant.catalogue.check(scopes, "allowed_scopes", &mut errors);
        }
        errors.into_result()?;
        let (service, actor) = (self.clone(), actor.clone());
        let edited = self.store.write(move |tx| {
            Box::pin(async move {
                actor.require_standing(tx).await?;
                let before = tx.service_account(actor.organization, id).await?;
                let before = before.filter(|_| actor.reaches(Principal::ServiceAccount(id)));
                let before = before.ok_or_else(Error::not_found)?;
                require_standing(&before)?;
                let after = ServiceAccount { updated_at: now, ..applied(&before, changes) };
                require_widening(&actor, &before, &after)?;
                known_members(tx, actor.organization, &after.members).await?;
                tx.update_service_account(&after).await?;
                if before.role == Role::Admin && after.role != Role::Admin {
                    withdraw_resets_in(tx, actor.organization).await?;
                }
                let target = Target::new("service_account", Some(id.uuid()), &after.name);
                tx.audit(service.event(&actor, now, "service_account.edit", target, &describe(&before, &after)));
                let touched: Vec<_> = before.members.iter().chain(&after.members).copied().collect();
                service.forget_after(tx, &after, &touched, now).await?;
                Ok(after)
            })
        });
        self.service_account_view(taken(edited.await)?).await
    }

    /// After this transaction the account, and what is given to these members, is read anew: here and by others.
    pub(super) async fn forget_after(
        &self,
        tx: &mut Tx,
        account: &ServiceAccount,
        members: &[UserId],
        now: mintkey_domain::Timestamp,
    ) -> Result<()> {
        self.identities_changed(tx, now).await?;
        let (service, members) = (self.clone(), members.to_vec());
        let (organization, id) = (account.organization_id, account.id);
        tx.after_commit(move || {
            service.memory.forget_service_account(organization, id);
            for member in members {
                service.memory.forget_person(member);
            }
        });
        Ok(())
    }
}

fn applied(before: &ServiceAccount, changes: ServiceAccountChanges) -> ServiceAccount {
    let mut after = before.clone();
    if let Some(name) = changes.name {
        after.name = name;
    }
    if let Some(description) = changes.description {
        after.description = description;
    }
    if let Some(role) = changes.role {
        after.role = role;
    }
    if let Some(scopes) = changes.allowed_scopes {
        after.allowed_scopes = scopes.map(|scopes| scopes.to_strings()).unwrap_or_default();
    }
    if let Some(members) = changes.member_ids {
        after.members = members;
    }
    after
}

/// The account's tokens gain what it gains: so nobody widens it beyond what they hold themselves.
fn require_widening(actor: &Actor, before: &ServiceAccount, after: &ServiceAccount) -> Result<()> {
    // An administrator's reach is the only one that covers the others: a member's has what an auditor's lacks.
    if after.role != before.role && (after.role != Role::Member || before.role != Role::Admin) {
        actor.require_everything()?;
    }
    let Some(held) = allowed_scopes(&before.allowed_scopes) else { return Ok(()) };
    let Some(wanted) = allowed_scopes(&after.allowed_scopes) else { return actor.require_everything() };
    let owner = Principal::ServiceAccount(after.id);
    // Whoever is the account itself would otherwise measure a wildcard by its form alone.
    let refused = |grant: &&Grant| {
        !held.covers(grant.as_str()) && (actor.principal() == Some(owner) || !actor.may_grant(grant, owner))
    };
    match wanted.iter().find(refused) {
        Some(grant) => Err(insufficient_scope(grant.as_str()).into()),
        None => Ok(()),
    }
}

/// Refuses people who aren't active members of the organization.
async fn known_members(tx: &mut Tx, organization: OrganizationId, members: &[UserId]) -> Result<()> {
    for (i, user) in members.iter().enumerate() {
        let membership = tx.membership(organization, *user).await?;
        if membership.is_none_or(|membership| membership.status != MembershipStatus::Active) {
            let message = format!("Number {} is not an active member of this organization.", i + 1);
            return Err(FieldErrors::one("member_ids", FieldCode::UnknownMember, message).into());
        }
    }
    Ok(())
}

fn taken(done: Result<ServiceAccount>) -> Result<ServiceAccount> {
    match done {
        Err(Error::Store(StoreError::Unique(Constraint::ServiceAccountName))) => {
            Err(Error::refused(ErrorCode::AlreadyExists, "A service account of this name exists, or existed."))
        }
        done => done,
    }
}

fn describe(before: &ServiceAccount, after: &ServiceAccount) -> Change {
    Change::default()
        .field("name", before.name.clone(), after.name.clone())
        .field("description", before.description.clone(), after.description.clone())
        .field("role", before.role.as_str(), after.role.as_str())
        .field("allowed_scopes", before.allowed_scopes.clone(), after.allowed_scopes.clone())
        .field("member_ids", ids(&before.members), ids(&after.members))
}

fn ids(members: &[UserId]) -> Vec<String> {
    members.iter().map(ToString::to_string).collect()
}
