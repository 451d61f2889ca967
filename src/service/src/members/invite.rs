//! Invitations by a single-use link, and their acceptance.

use mintkey_domain::{
    AuditAction, DAY, Email, EmailLookup, ErrorCode, FieldErrors, MembershipStatus, OneTimeCodeId, OneTimeCodePurpose,
    OrganizationId, Principal, Role, UserId, scopes,
    wire::{Invitation, InvitationOffer, IssuedInvitation},
};
use mintkey_store::{Constraint, OneTimeCode, StoreError};

use crate::{
    Actor, Error, Origin, Result, Service, SignedIn,
    audit::Details,
    change::{Change, OneTimeLink},
    one_time::{acts_by_link, consume, hash_code, withdraw_all, withdraw_resets_of},
    people::{NewUser, check_email, describe_member, new_membership, new_password},
    sessions::{begin_session, replace_session},
};

/// The lifetime of an invitation, in milliseconds: 7 days.
pub(crate) const INVITATION_LIFETIME: i64 = 7 * DAY;

impl Service {
    /// Invites someone to the actor's organization, and revokes earlier invitations of that address. The link stops
    /// working when the actor's owner stops being an administrator.
    ///
    /// # Errors
    /// A validation problem at `email`; `already_exists` for a member; `forbidden` for a role above member unless the
    /// actor has every permission.
    pub async fn invite_member(&self, actor: &Actor, email: &str, role: Role) -> Result<IssuedInvitation> {
        let now = self.environment.now();
        let (code, row) = self.one_time_code(OneTimeCodePurpose::Invitation, INVITATION_LIFETIME, now);
        let act = self.change(actor, AuditAction::MemberInvite, row.id.uuid())?;
        let mut errors = FieldErrors::new();
        let email = check_email(email, &mut errors);
        let email = errors.finish(email)?;
        let url = self.link("invite", &code);
        act.run(move |change| {
            Box::pin(async move {
                if role != Role::Member {
                    change.actor.require_everything()?;
                }
                if let Some(user) = change.tx.user_by_email(&EmailLookup::from(&email)).await? {
                    refuse_member(change, change.organization(), user.id).await?;
                }
                let (organization, now) = (change.organization(), change.now);
                let row = OneTimeCode {
                    organization_id: Some(organization),
                    email: Some(email.clone()),
                    role: Some(role),
                    created_by: change.actor.principal.map(Principal::id),
                    expires_at: change.actor.link_expiry(row.expires_at)?,
                    ..row
                };
                withdraw_all(change.tx, organization, &email, now).await?;
                change.tx.insert_one_time_code(&row).await?;
                let details = describe_member(email.as_str(), role);
                Ok(change.done(email.as_str(), &details, IssuedInvitation { invitation: view(row), url }))
            })
        })
        .await
    }

    /// The pending invitations, the newest first.
    pub async fn invitations(&self, actor: &Actor) -> Result<Vec<Invitation>> {
        actor.require(scopes::MEMBERS_READ)?;
        let rows = self.store.invitations(actor.organization, self.environment.now()).await?;
        Ok(rows.into_iter().map(view).collect())
    }

    /// Revokes an invitation.
    pub async fn withdraw_invitation(&self, actor: &Actor, id: OneTimeCodeId) -> Result<()> {
        let act = self.change(actor, AuditAction::MemberWithdrawInvitation, id.uuid())?;
        act.run(move |change| {
            Box::pin(async move {
                let organization = change.organization();
                let pending = change.tx.invitations(organization, change.now).await?;
                let invitation = pending.into_iter().find(|row| row.id == id).ok_or_else(Error::not_found)?;
                change.tx.delete_one_time_code(organization, id).await?;
                let email = invitation.email.as_ref().map(Email::as_str).unwrap_or_default();
                Ok(change.done(email, &Details::default(), ()))
            })
        })
        .await
    }

    /// The offer of the invitation with this code.
    ///
    /// # Errors
    /// `not_found` for an unknown, used or expired code.
    pub async fn invitation(&self, code: &str) -> Result<InvitationOffer> {
        let invitation = self.good_code(code, OneTimeCodePurpose::Invitation).await?.ok_or_else(is_over)?;
        let (Some(organization), Some(email), Some(role)) =
            (invitation.organization_id, invitation.email, invitation.role)
        else {
            return Err(is_over());
        };
        let tenant = self.tenant(organization).await?;
        let has_account = self.store.user_by_email(&EmailLookup::from(&email)).await?.is_some();
        let (organization, email) = (tenant.row.name.to_string(), email.to_string());
        Ok(InvitationOffer { organization, email, role, has_account })
    }

    /// Accepts an invitation with a new account, and signs the user in.
    ///
    /// # Errors
    /// A validation problem at `password` or `repeat_password`; `not_found` for an unknown, used or expired code;
    /// `already_exists` if the address has an account, which only its own password gives access to.
    pub async fn accept_invitation(
        &self,
        code: &str,
        password: String,
        repeat: String,
        origin: &Origin,
    ) -> Result<SignedIn> {
        if self.invitation(code).await?.has_account {
            return Err(sign_in_first());
        }
        let mut errors = FieldErrors::new();
        let password = new_password(password, repeat, "password", &mut errors);
        let password = errors.finish(password)?;
        let password_hash = self.hash_password(password, origin.ip).await?;
        let link = OneTimeLink { code, purpose: OneTimeCodePurpose::Invitation, origin };
        let joined = self.change_by_link(link, is_over, AuditAction::MemberJoin, move |change, code| {
            Box::pin(async move {
                let (organization, email, role) = offered(code)?;
                let (user, membership) = change.service.rows(organization, NewUser { email, password_hash, role });
                change.tx.insert_user(&user).await?;
                change.tx.insert_membership(&membership).await?;
                acts_by_link(change, organization, user.id).await?;
                let details = describe_member(user.email.as_str(), role);
                let joined = change.done(user.email.as_str(), &details, ());
                Ok(joined.with(begin_session(change, &user).await?))
            })
        });
        match joined.await {
            Err(Error::Store(StoreError::Unique(Constraint::UserEmail))) => Err(sign_in_first()),
            joined => joined,
        }
    }

    /// Accepts an invitation for the signed-in user, who must be the invited one. Their session switches to that
    /// organization.
    ///
    /// # Errors
    /// `not_found` for an unknown, used or expired code; `forbidden` for another user; `already_exists`.
    pub async fn accept_invitation_as(&self, actor: &Actor, code: &str) -> Result<SignedIn> {
        let user = actor.session_user()?;
        let act = self.change(actor, AuditAction::MemberJoin, user.uuid())?;
        let hash = hash_code(code);
        act.run(move |change| {
            Box::pin(async move {
                let invitation = consume(change.tx, &hash, OneTimeCodePurpose::Invitation, change.now).await?;
                let (organization, email, role) = offered(invitation.ok_or_else(is_over)?)?;
                let row = change.tx.user(user).await?.ok_or_else(Error::not_found)?;
                if row.email.normalized() != email.normalized() {
                    return Err(Error::refused(
                        ErrorCode::Forbidden,
                        "This invitation is for somebody else's e-mail address. Sign in with that one.",
                    ));
                }
                let session = change.actor.session_id;
                refuse_member(change, organization, user).await?;
                let membership = new_membership(organization, user, role, change.now);
                change.tx.insert_membership(&membership).await?;
                withdraw_resets_of(change.tx, user).await?;
                acts_by_link(change, organization, user).await?;
                let signed_in = replace_session(change, session, &row).await?;
                let details = describe_member(row.email.as_str(), role);
                Ok(change.done(row.email.as_str(), &details, signed_in))
            })
        })
        .await
    }
}

/// The organization, address and role of an invitation.
fn offered(code: OneTimeCode) -> Result<(OrganizationId, Email, Role)> {
    match (code.organization_id, code.email, code.role) {
        (Some(organization), Some(email), Some(role)) => Ok((organization, email, role)),
        _ => Err(is_over()),
    }
}

/// Refuses users with a membership here: an administrator must reactivate a deactivated one instead.
async fn refuse_member(change: &mut Change<'_>, organization: OrganizationId, user: UserId) -> Result<()> {
    let message = match change.tx.membership(organization, user).await?.map(|known| known.status) {
        None => return Ok(()),
        Some(MembershipStatus::Active) => "They are a member of this organization already.",
        Some(MembershipStatus::Deactivated) => "They were a member of this organization. Activate them instead.",
    };
    Err(Error::refused(ErrorCode::AlreadyExists, message))
}

fn view(row: OneTimeCode) -> Invitation {
    Invitation {
        id: row.id,
        email: row.email.map(|email| email.to_string()).unwrap_or_default(),
        role: row.role.unwrap_or(Role::Member),
        created_at: row.created_at,
        expires_at: row.expires_at,
    }
}

fn is_over() -> Error {
    Error::refused(ErrorCode::NotFound, "This invitation was taken up or withdrawn, has expired, or never was.")
}

fn sign_in_first() -> Error {
    Error::refused(ErrorCode::AlreadyExists, "You have an account already. Sign in to it to take this invitation up.")
}
