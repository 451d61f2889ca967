//! Inviting people by a link that works once, and taking such an invitation up.

use mintkey_domain::{
    DAY, Email, ErrorCode, FieldErrors, MembershipStatus, OneTimeCodeId, OneTimePurpose, Principal, Role, UserId, own,
    wire::{Invitation, InvitationOffer, IssuedInvitation},
};
use mintkey_store::{Constraint, OneTimeCode, StoreError, Tx};

use crate::{
    Actor, Error, Origin, Result, Service, SignedIn,
    audit::{Change, Target},
    one_time::{by_link, consume, hash_code, withdraw_all, withdraw_resets_of},
    people::{Person, check_email, new_membership, new_password},
};

/// How long an invitation works, in milliseconds: 7 days.
pub(crate) const INVITATION_LIFE: i64 = 7 * DAY;

impl Service {
    /// Invites somebody to the actor's organization; an earlier invitation of that address stops working. The link
    /// lasts no longer than the actor's owner is an administrator.
    ///
    /// # Errors
    /// A validation problem at `email`; `already_exists` for a member; `forbidden` for a role above a member's
    /// unless the actor may do everything.
    pub async fn invite_member(&self, actor: &Actor, email: &str, role: Role) -> Result<IssuedInvitation> {
        actor.require(own::MEMBERS_WRITE)?;
        if role != Role::Member {
            actor.require_everything()?;
        }
        let mut errors = FieldErrors::new();
        let email = check_email(email, &mut errors);
        errors.into_result()?;
        let email = email.ok_or_else(Error::not_found)?;
        let now = self.environment.now();
        let (code, mut row) = self.one_time_code(OneTimePurpose::Invitation, INVITATION_LIFE, now);
        row.organization_id = Some(actor.organization);
        row.email = Some(email.as_str().to_owned());
        row.role = Some(role);
        row.created_by = actor.principal.map(Principal::id);
        let url = self.link("invite", &code);
        let (service, actor) = (self.clone(), actor.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    actor.require_standing(tx).await?;
                    if let Some(user) = tx.user_by_email(email.normalized()).await? {
                        refuse_member(tx, &actor, user.id).await?;
                    }
                    withdraw_all(tx, actor.organization, &email, now).await?;
                    tx.insert_one_time_code(&row).await?;
                    let change = Change::default().set("email", email.as_str()).set("role", role.as_str());
                    let target = Target::new("invitation", Some(row.id.uuid()), email.as_str());
                    tx.audit(service.event(&actor, now, "member.invite", target, &change));
                    Ok(IssuedInvitation { invitation: view(row), url })
                })
            })
            .await
    }

    /// The invitations that weren't taken up yet, the newest first.
    pub async fn invitations(&self, actor: &Actor) -> Result<Vec<Invitation>> {
        actor.require(own::MEMBERS_READ)?;
        let rows = self.store.invitations(actor.organization, self.environment.now()).await?;
        Ok(rows.into_iter().map(view).collect())
    }

    /// Stops an invitation's link.
    pub async fn withdraw_invitation(&self, actor: &Actor, id: OneTimeCodeId) -> Result<()> {
        actor.require(own::MEMBERS_WRITE)?;
        let now = self.environment.now();
        let (service, actor) = (self.clone(), actor.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    actor.require_standing(tx).await?;
                    let pending = tx.invitations(actor.organization, now).await?;
                    let found = pending.into_iter().find(|row| row.id == id).ok_or_else(Error::not_found)?;
                    tx.delete_one_time_code(actor.organization, id).await?;
                    let email = found.email.unwrap_or_default();
                    let target = Target::new("invitation", Some(id.uuid()), &email);
                    tx.audit(service.event(&actor, now, "member.withdraw_invitation", target, &Change::default()));
                    Ok(())
                })
            })
            .await
    }

    /// What the invitation of that link offers.
    ///
    /// # Errors
    /// `not_found` for a code that isn't good (any more).
    pub async fn invitation(&self, code: &str) -> Result<InvitationOffer> {
        let found = self.good_code(code, OneTimePurpose::Invitation).await?.ok_or_else(is_over)?;
        let (Some(organization), Some(email), Some(role)) = (found.organization_id, found.email, found.role) else {
            return Err(is_over());
        };
        let tenant = self.tenant(organization).await?;
        let has_account = self.store.user_by_email(&Email::normalize(&email)).await?.is_some();
        Ok(InvitationOffer { organization: tenant.row.name.clone(), email, role, has_account })
    }

    /// Takes an invitation up with a new account, and signs its person in.
    ///
    /// # Errors
    /// A validation problem at `password` or `repeat_password`; `not_found` for a code that isn't good (any more);
    /// `already_exists` for an address that has an account: only its own password opens that.
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
        let password = new_password(password, repeat, &mut errors);
        errors.into_result()?;
        let password_hash = self.passwords.hash(password, self.environment.random()).await?;
        let now = self.environment.now();
        let (service, origin_kept, hash) = (self.clone(), origin.clone(), hash_code(code));
        let joined = self.store.write(move |tx| {
            Box::pin(async move {
                let (organization, email, role) = taken_up(tx, &hash, now).await?;
                let email = Email::parse(&email).ok_or_else(is_over)?;
                let (user, membership) = service.rows(organization, Person { email, password_hash, role });
                tx.insert_user(&user).await?;
                tx.insert_membership(&membership).await?;
                let tenant = service.tenant(organization).await?;
                let actor = by_link(&tenant, (user.id, &user.email), role, &origin_kept);
                let change = Change::default().set("email", user.email.clone()).set("role", role.as_str());
                let target = Target::new("user", Some(user.id.uuid()), &user.email);
                tx.audit(service.event(&actor, now, "member.join", target, &change));
                Ok((user, organization))
            })
        });
        match joined.await {
            Err(Error::Store(StoreError::Unique(Constraint::UserEmail))) => Err(sign_in_first()),
            Err(error) => Err(error),
            Ok((user, organization)) => self.signed_in(&user, organization, origin).await,
        }
    }

    /// Takes an invitation up for the person who is signed in, and who is the one that is invited. The door gives
    /// them a new session for that organization.
    ///
    /// # Errors
    /// `not_found` for a code that isn't good (any more); `forbidden` for anybody else; `already_exists`.
    pub async fn accept_invitation_as(&self, actor: &Actor, code: &str) -> Result<SignedIn> {
        let user = actor.session_person()?;
        let now = self.environment.now();
        let (service, origin, hash) = (self.clone(), actor.origin.clone(), hash_code(code));
        let joined = self.store.write(move |tx| {
            Box::pin(async move {
                let (organization, email, role) = taken_up(tx, &hash, now).await?;
                let row = tx.user(user).await?.ok_or_else(Error::not_found)?;
                if row.email_normalized != Email::normalize(&email) {
                    return Err(Error::refused(
                        ErrorCode::Forbidden,
                        "This invitation is for somebody else's e-mail address. Sign in with that one.",
                    ));
                }
                let tenant = service.tenant(organization).await?;
                let joining = by_link(&tenant, (user, &row.email), role, &origin);
                refuse_member(tx, &joining, user).await?;
                tx.insert_membership(&new_membership(organization, user, role, now)).await?;
                withdraw_resets_of(tx, user).await?;
                let change = Change::default().set("email", row.email.clone()).set("role", role.as_str());
                let target = Target::new("user", Some(user.uuid()), &row.email);
                tx.audit(service.event(&joining, now, "member.join", target, &change));
                Ok((row, organization))
            })
        });
        let (row, organization) = joined.await?;
        self.signed_in(&row, organization, &actor.origin).await
    }
}

/// Uses the invitation up, and says where it leads: organization, address, role.
async fn taken_up(
    tx: &mut Tx,
    hash: &[u8; 32],
    now: mintkey_domain::Timestamp,
) -> Result<(mintkey_domain::OrganizationId, String, Role)> {
    let found = consume(tx, hash, OneTimePurpose::Invitation, now).await?.ok_or_else(is_over)?;
    match (found.organization_id, found.email, found.role) {
        (Some(organization), Some(email), Some(role)) => Ok((organization, email, role)),
        _ => Err(is_over()),
    }
}

/// Refuses to bring in whoever has a place here: a deactivated one is an administrator's to activate.
async fn refuse_member(tx: &mut Tx, actor: &Actor, user: UserId) -> Result<()> {
    let said = match tx.membership(actor.organization, user).await?.map(|known| known.status) {
        None => return Ok(()),
        Some(MembershipStatus::Active) => "They are a member of this organization already.",
        Some(MembershipStatus::Deactivated) => "They were a member of this organization. Activate them instead.",
    };
    Err(Error::refused(ErrorCode::AlreadyExists, said))
}

fn view(row: OneTimeCode) -> Invitation {
    Invitation {
        id: row.id,
        email: row.email.unwrap_or_default(),
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
