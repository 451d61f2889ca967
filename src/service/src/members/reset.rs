//! A new password by a link that works once, for somebody who has forgotten theirs.

use mintkey_domain::{
    DAY, ErrorCode, FieldErrors, MembershipStatus, OneTimePurpose, Principal, Role, UserId, own,
    wire::PasswordResetLink,
};
use mintkey_store::{Membership, Tx};

use crate::{
    Actor, Error, Origin, Result, Service,
    audit::{Change, Target},
    one_time::{by_link, consume, hash_code, withdraw_resets_of},
    people::new_password,
};

/// How long a reset link works, in milliseconds: 24 hours.
const RESET_LIFE: i64 = DAY;

impl Service {
    /// A link by which a member chooses a new password; an earlier one of theirs stops working.
    ///
    /// A password opens every organization of its person, so only who administers all of them may do this, and with a
    /// token only for whoever belongs to the token's organization alone. The link ends early when its person joins
    /// another organization or gets another password, and when somebody stops administering this one.
    ///
    /// # Errors
    /// `not_found` for nobody of this organization; `forbidden`.
    pub async fn create_password_reset(&self, actor: &Actor, id: UserId) -> Result<PasswordResetLink> {
        actor.require(own::MEMBERS_WRITE)?;
        actor.require_everything()?;
        if actor.principal == Some(Principal::User(id)) {
            return Err(Error::refused(ErrorCode::Forbidden, "Change your own password in your profile."));
        }
        let now = self.environment.now();
        let (code, mut row) = self.one_time_code(OneTimePurpose::PasswordReset, RESET_LIFE, now);
        row.organization_id = Some(actor.organization);
        row.user_id = Some(id);
        let link = PasswordResetLink { url: self.link("reset", &code), expires_at: row.expires_at };
        let (service, actor) = (self.clone(), actor.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    actor.require_standing(tx).await?;
                    let member = tx.member(actor.organization, id).await?.ok_or_else(Error::not_found)?;
                    require_all_organizations(tx, &actor, id).await?;
                    withdraw_resets_of(tx, id).await?;
                    tx.insert_one_time_code(&row).await?;
                    let target = Target::new("user", Some(id.uuid()), &member.email);
                    tx.audit(service.event(&actor, now, "password.reset_link", target, &Change::default()));
                    Ok(link)
                })
            })
            .await
    }

    /// Whose password the link of that code resets.
    ///
    /// # Errors
    /// `not_found` for a code that isn't good (any more).
    pub async fn password_reset(&self, code: &str) -> Result<String> {
        let found = self.good_code(code, OneTimePurpose::PasswordReset).await?.ok_or_else(is_over)?;
        let user = self.store.user(found.user_id.ok_or_else(is_over)?).await?;
        Ok(user.ok_or_else(is_over)?.email)
    }

    /// Sets the new password. Every session of the person ends, and every access token from the old password.
    ///
    /// # Errors
    /// A validation problem at `password` or `repeat_password`; `not_found` for a code that isn't good (any more).
    pub async fn complete_password_reset(
        &self,
        code: &str,
        password: String,
        repeat: String,
        origin: &Origin,
    ) -> Result<()> {
        self.password_reset(code).await?;
        let mut errors = FieldErrors::new();
        let password = new_password(password, repeat, &mut errors);
        errors.into_result()?;
        let password_hash = self.passwords.hash(password, self.environment.random()).await?;
        let now = self.environment.now();
        let (service, origin, hash) = (self.clone(), origin.clone(), hash_code(code));
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let found = consume(tx, &hash, OneTimePurpose::PasswordReset, now).await?.ok_or_else(is_over)?;
                    let (Some(id), Some(organization)) = (found.user_id, found.organization_id) else {
                        return Err(is_over());
                    };
                    let user = tx.user(id).await?.ok_or_else(is_over)?;
                    tx.set_password(id, &password_hash, now).await?;
                    tx.delete_sessions_of(id, None).await?;
                    withdraw_resets_of(tx, id).await?;
                    let role = tx.membership(organization, id).await?.map_or(Role::Member, |place| place.role);
                    let tenant = service.tenant(organization).await?;
                    let actor = by_link(&tenant, (id, &user.email), role, &origin);
                    let target = Target::new("user", Some(id.uuid()), &user.email);
                    tx.audit(service.event(&actor, now, "password.reset", target, &Change::default()));
                    service.identities_changed(tx, now).await?;
                    tx.after_commit(move || service.memory.forget_person(id));
                    Ok(())
                })
            })
            .await
    }
}

/// Refuses whoever doesn't administer every organization that the person has a place in, active or not.
async fn require_all_organizations(tx: &mut Tx, actor: &Actor, id: UserId) -> Result<()> {
    for place in tx.memberships_of(id).await? {
        let administers = place.organization_id == actor.organization
            || match actor.principal {
                // `mintkey admin` has the whole database.
                None => true,
                // A token is one organization's, whatever else its owner administers.
                Some(Principal::User(_)) if actor.session_id.is_none() => false,
                Some(Principal::User(caller)) => {
                    tx.membership(place.organization_id, caller).await?.is_some_and(|own| is_administrator(&own))
                }
                Some(Principal::ServiceAccount(_)) => false,
            };
        if !administers {
            return Err(Error::refused(
                ErrorCode::Forbidden,
                "They belong to an organization that you don't administer too, and their password opens it.",
            ));
        }
    }
    Ok(())
}

fn is_administrator(place: &Membership) -> bool {
    place.role == Role::Admin && place.status == MembershipStatus::Active
}

fn is_over() -> Error {
    Error::refused(ErrorCode::NotFound, "This link was used, has expired, or never worked.")
}
