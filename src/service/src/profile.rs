//! The signed-in user's own account and password.

use mintkey_domain::{AuditAction, EmailLookup, FieldCode, FieldErrors, Password, wire};

use crate::{
    Actor, Error, Result, Service,
    audit::Details,
    password::{Caller, Verdict},
    people::{new_password, set_password},
};

impl Service {
    /// The signed-in user, for the layout of every page.
    pub async fn viewer(&self, actor: &Actor) -> Result<wire::Viewer> {
        actor.user()?;
        let tenant = self.tenant(actor.organization).await?;
        Ok(wire::Viewer {
            email: actor.name().to_owned(),
            role: actor.role(),
            organization_id: actor.organization,
            organization: tenant.row.name.to_string(),
        })
    }

    /// Changes the actor's own password. Ends their other sessions, and access tokens issued for the old password.
    ///
    /// # Errors
    /// A validation problem at `current_password`, `new_password` or `repeat_password`; `rate_limited`.
    pub async fn change_password(&self, actor: &Actor, current: Password, new: String, repeat: String) -> Result<()> {
        let user = actor.session_user()?;
        let mut errors = FieldErrors::new();
        let new = new_password(new, repeat, "new_password", &mut errors);
        let row = self.store.user(user).await?.ok_or_else(Error::not_found)?;
        let now = self.environment.now();
        let account = EmailLookup::new(row.email.as_str());
        let caller = Caller { ip: actor.origin.ip, now };
        let attempt = self.limiters.begin_sign_in(account.normalized(), caller.ip, now).await?;
        if self.passwords.verify(current, Some(row.password_hash), caller).await? == Verdict::Wrong {
            attempt.failed();
            errors.push("current_password", FieldCode::Mismatch, "This is not your password.");
        } else {
            attempt.succeeded();
        }
        let new = errors.finish(new)?;
        let hash = self.passwords.hash(new, self.environment.random(), caller).await?;
        let act = self.change(actor, AuditAction::PasswordChange, user.uuid())?;
        act.run(move |change| {
            Box::pin(async move {
                let current = change.tx.user(user).await?.ok_or_else(Error::not_found)?;
                if current.password_generation != row.password_generation {
                    let message = "The password was changed by somebody else in the meantime.";
                    return Err(FieldErrors::one("current_password", FieldCode::Mismatch, message).into());
                }
                let own = change.actor.session_id;
                set_password(change, user, &hash, own).await?;
                Ok(change.done_by_actor(&Details::default(), ()))
            })
        })
        .await
    }
}
