//! Changes to a member's role and status.

use mintkey_domain::{AuditAction, ErrorCode, MembershipStatus, Principal, Role, UserId, wire};
use mintkey_store::{LockedRow, Member};

use super::list::view;
use crate::{Actor, Error, Result, Service, audit::Details, one_time::withdraw_resets_in};

/// A change to a membership.
#[derive(Clone, Copy)]
struct Edit {
    action: AuditAction,
    role: Option<Role>,
    status: Option<MembershipStatus>,
}

impl Service {
    /// Changes a member's role. It applies to all of their credentials at the next check, and their other sessions end.
    ///
    /// # Errors
    /// `last_administrator`; `forbidden` for a role above member unless the actor has every permission.
    pub async fn change_member_role(&self, actor: &Actor, id: UserId, role: Role) -> Result<wire::Member> {
        self.change_member(actor, id, Edit { action: AuditAction::MemberRole, role: Some(role), status: None }).await
    }

    /// Revokes all of a member's tokens, access tokens and sessions in this organization at once. Idempotent.
    ///
    /// # Errors
    /// `last_administrator`.
    pub async fn deactivate_member(&self, actor: &Actor, id: UserId) -> Result<wire::Member> {
        let status = Some(MembershipStatus::Deactivated);
        self.change_member(actor, id, Edit { action: AuditAction::MemberDeactivate, role: None, status }).await
    }

    /// Activates a member again: their tokens work again, earlier access tokens stay revoked. Idempotent.
    ///
    /// # Errors
    /// `forbidden` for a role above member unless the actor has every permission.
    pub async fn activate_member(&self, actor: &Actor, id: UserId) -> Result<wire::Member> {
        let status = Some(MembershipStatus::Active);
        self.change_member(actor, id, Edit { action: AuditAction::MemberActivate, role: None, status }).await
    }

    async fn change_member(&self, actor: &Actor, id: UserId, edit: Edit) -> Result<wire::Member> {
        let act = self.change(actor, edit.action, id.uuid())?;
        act.run(move |change| {
            Box::pin(async move {
                let organization = change.organization();
                change.tx.lock_exclusive(LockedRow::Membership(organization, id)).await?;
                let current = change.tx.member(organization, id).await?.ok_or_else(Error::not_found)?;
                let before = &current.membership;
                let mut after = before.clone();
                after.role = edit.role.unwrap_or(before.role);
                after.status = edit.status.unwrap_or(before.status);
                if (after.role, after.status) == (before.role, before.status) {
                    return Ok(change.unchanged(view(current)));
                }
                if after.role != Role::Member && after.status == MembershipStatus::Active {
                    change.actor.require_everything()?;
                }
                let administers = |role: Role, status| role == Role::Admin && status == MembershipStatus::Active;
                let steps_down = administers(before.role, before.status) && !administers(after.role, after.status);
                if steps_down && !change.tx.has_other_administrator(organization, id).await? {
                    return Err(Error::refused(
                        ErrorCode::LastAdministrator,
                        "This is the organization's last administrator. Make somebody else one first.",
                    ));
                }
                after.updated_at = change.now;
                change.tx.update_membership(&after).await?;
                if steps_down {
                    withdraw_resets_in(change.tx, organization).await?;
                }
                let own = change.actor.principal == Some(Principal::User(id));
                let own_session = change.actor.session_id.filter(|_| own);
                change.tx.delete_sessions_in(organization, id, own_session).await?;
                let details = Details::default().field("role", before.role.as_str(), after.role.as_str()).field(
                    "status",
                    before.status.as_str(),
                    after.status.as_str(),
                );
                change.identities_changed().await?;
                change.invalidate_user(id);
                let member = view(Member { membership: after, email: current.email.clone() });
                Ok(change.done(current.email.as_str(), &details, member))
            })
        })
        .await
    }
}
