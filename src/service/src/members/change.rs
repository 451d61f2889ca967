//! Changing what a member may do, and whether they still belong.

use mintkey_domain::{ErrorCode, MembershipStatus, Principal, Role, UserId, own, wire};
use mintkey_store::Member;

use super::list::view;
use crate::{
    Actor, Error, Result, Service,
    audit::{Change, Target},
    one_time::withdraw_resets_in,
};

/// What is done to a membership.
#[derive(Clone, Copy)]
struct Act {
    name: &'static str,
    role: Option<Role>,
    status: Option<MembershipStatus>,
}

impl Service {
    /// Gives a member another role. It counts at the next check of everything of theirs, and their other sessions
    /// end.
    ///
    /// # Errors
    /// `last_administrator`; `forbidden` for a role above a member's unless the actor may do everything.
    pub async fn change_member_role(&self, actor: &Actor, id: UserId, role: Role) -> Result<wire::Member> {
        actor.require(own::MEMBERS_WRITE)?;
        self.change_member(actor, id, Act { name: "member.role", role: Some(role), status: None }).await
    }

    /// Stops everything of a member's in this organization at once: tokens, access tokens, sessions. Doing it twice
    /// is fine.
    ///
    /// # Errors
    /// `last_administrator`.
    pub async fn deactivate_member(&self, actor: &Actor, id: UserId) -> Result<wire::Member> {
        actor.require(own::MEMBERS_WRITE)?;
        let status = Some(MembershipStatus::Deactivated);
        self.change_member(actor, id, Act { name: "member.deactivate", role: None, status }).await
    }

    /// Lets a member back in: their tokens work again, access tokens from before stay dead. Doing it twice is fine.
    ///
    /// # Errors
    /// `forbidden` for a role above a member's unless the actor may do everything.
    pub async fn activate_member(&self, actor: &Actor, id: UserId) -> Result<wire::Member> {
        actor.require(own::MEMBERS_WRITE)?;
        let status = Some(MembershipStatus::Active);
        self.change_member(actor, id, Act { name: "member.activate", role: None, status }).await
    }

    async fn change_member(&self, actor: &Actor, id: UserId, act: Act) -> Result<wire::Member> {
        let now = self.environment.now();
        let (service, actor) = (self.clone(), actor.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    actor.require_standing(tx).await?;
                    let found = tx.member(actor.organization, id).await?.ok_or_else(Error::not_found)?;
                    let before = &found.membership;
                    let mut after = before.clone();
                    after.role = act.role.unwrap_or(before.role);
                    after.status = act.status.unwrap_or(before.status);
                    if (after.role, after.status) == (before.role, before.status) {
                        return Ok(view(found));
                    }
                    if after.role != Role::Member && after.status == MembershipStatus::Active {
                        actor.require_everything()?;
                    }
                    let administers = |role: Role, status| role == Role::Admin && status == MembershipStatus::Active;
                    let steps_down = administers(before.role, before.status) && !administers(after.role, after.status);
                    if steps_down && !tx.has_other_administrator(actor.organization, id).await? {
                        return Err(Error::refused(
                            ErrorCode::LastAdministrator,
                            "This is the organization's last administrator. Make somebody else one first.",
                        ));
                    }
                    if after.status != before.status {
                        // Access tokens from before stay dead, those too that were on their way in the meantime.
                        after.credentials_valid_from = now;
                    }
                    after.updated_at = now;
                    tx.update_membership(&after).await?;
                    if steps_down {
                        withdraw_resets_in(tx, actor.organization).await?;
                    }
                    let own_session = actor.session_id.filter(|_| actor.principal == Some(Principal::User(id)));
                    tx.delete_sessions_in(actor.organization, id, own_session).await?;
                    let change = Change::default().field("role", before.role.as_str(), after.role.as_str()).field(
                        "status",
                        before.status.as_str(),
                        after.status.as_str(),
                    );
                    let target = Target::new("user", Some(id.uuid()), &found.email);
                    tx.audit(service.event(&actor, now, act.name, target, &change));
                    service.identities_changed(tx, now).await?;
                    tx.after_commit(move || service.memory.forget_person(id));
                    Ok(view(Member { membership: after, email: found.email }))
                })
            })
            .await
    }
}
