//! Password reset by a single-use link.

use mintkey_domain::{
    AuditAction, DAY, ErrorCode, FieldErrors, MembershipStatus, OneTimeCodePurpose, Principal, Role, UserId,
    wire::PasswordResetLink,
};
use mintkey_store::{Membership, OneTimeCode};

use crate::{
    Actor, Error, Origin, Result, Service,
    audit::Details,
    change::{Change, OneTimeLink},
    one_time::{acts_by_link, withdraw_resets_of},
    people::{new_password, set_password},
};

/// The lifetime of a reset link, in milliseconds: 24 hours.
const RESET_LIFETIME: i64 = DAY;

impl Service {
    /// Creates a link by which a member sets a new password, and revokes their earlier ones.
    ///
    /// A password gives access to all of its user's organizations, so the actor must administer all of them, and with a
    /// token only users of the token's organization alone can be reset. The link is revoked early when its user joins
    /// another organization or gets another password, and when someone stops administering this one.
    ///
    /// # Errors
    /// `not_found` for a user outside this organization; `forbidden`.
    pub async fn create_password_reset(&self, actor: &Actor, id: UserId) -> Result<PasswordResetLink> {
        let act = self.change(actor, AuditAction::PasswordResetLink, id.uuid())?;
        let now = self.environment.now();
        let (code, row) = self.one_time_code(OneTimeCodePurpose::PasswordReset, RESET_LIFETIME, now);
        let url = self.link("reset", &code);
        act.run(move |change| {
            Box::pin(async move {
                change.actor.require_everything()?;
                if change.actor.principal == Some(Principal::User(id)) {
                    return Err(Error::refused(ErrorCode::Forbidden, "Change your own password in your profile."));
                }
                let organization = change.organization();
                let member = change.tx.member(organization, id).await?.ok_or_else(Error::not_found)?;
                require_all_organizations(change, id).await?;
                withdraw_resets_of(change.tx, id).await?;
                let expires_at = change.actor.link_expiry(row.expires_at)?;
                let row = OneTimeCode { organization_id: Some(organization), user_id: Some(id), expires_at, ..row };
                change.tx.insert_one_time_code(&row).await?;
                let link = PasswordResetLink { url, expires_at: row.expires_at };
                Ok(change.done(member.email.as_str(), &Details::default(), link))
            })
        })
        .await
    }

    /// The address of the user whose password the link with this code resets.
    ///
    /// # Errors
    /// `not_found` for an unknown, used or expired code.
    pub async fn password_reset(&self, code: &str) -> Result<String> {
        let link = self.good_code(code, OneTimeCodePurpose::PasswordReset).await?.ok_or_else(is_over)?;
        let user = self.store.user(link.user_id.ok_or_else(is_over)?).await?;
        Ok(user.ok_or_else(is_over)?.email.to_string())
    }

    /// Sets the new password. Ends all sessions of the user, and all access tokens issued for the old password.
    ///
    /// # Errors
    /// A validation problem at `password` or `repeat_password`; `not_found` for an unknown, used or expired code.
    pub async fn complete_password_reset(
        &self,
        code: &str,
        password: String,
        repeat: String,
        origin: &Origin,
    ) -> Result<()> {
        self.password_reset(code).await?;
        let mut errors = FieldErrors::new();
        let password = new_password(password, repeat, "password", &mut errors);
        let password = errors.finish(password)?;
        let password_hash = self.hash_password(password, origin.ip).await?;
        let link = OneTimeLink { code, purpose: OneTimeCodePurpose::PasswordReset, origin };
        self.change_by_link(link, is_over, AuditAction::PasswordReset, move |change, code| {
            Box::pin(async move {
                let (Some(id), Some(organization)) = (code.user_id, code.organization_id) else {
                    return Err(is_over());
                };
                let user = change.tx.user(id).await?.ok_or_else(is_over)?;
                set_password(change, id, &password_hash, None).await?;
                acts_by_link(change, organization, id).await?;
                Ok(change.done(user.email.as_str(), &Details::default(), ()))
            })
        })
        .await
    }
}

/// Refuses unless the actor administers every organization where the user has a membership, active or not.
async fn require_all_organizations(change: &mut Change<'_>, id: UserId) -> Result<()> {
    let actor = &change.actor;
    for place in change.tx.memberships_of(id).await? {
        let administers = place.organization_id == actor.organization
            || match actor.principal {
                // `mintkey admin` has access to the whole database.
                None => true,
                // A token belongs to one organization, whatever else its owner administers.
                Some(Principal::User(_)) if actor.session_id.is_none() => false,
                Some(Principal::User(caller)) => {
                    change.tx.membership(place.organization_id, caller).await?.is_some_and(|own| is_administrator(&own))
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
