//! A person's own account: who they are here, their password, their sessions.

use mintkey_domain::{FieldCode, FieldErrors, Password, SessionId, wire};

use crate::{
    Actor, Error, Result, Service,
    audit::{Change, Target},
};

impl Service {
    /// The signed-in person, for the frame of every page.
    pub async fn viewer(&self, actor: &Actor) -> Result<wire::Viewer> {
        actor.person()?;
        let tenant = self.tenant(actor.organization).await?;
        Ok(wire::Viewer {
            email: actor.name().to_owned(),
            role: actor.role(),
            organization_id: actor.organization,
            organization: tenant.row.name.clone(),
        })
    }

    /// Changes the actor's own password. Their other sessions and their access tokens from it end.
    ///
    /// # Errors
    /// A validation problem at `current_password`, `new_password` or `repeat_password`; `rate_limited`.
    pub async fn change_password(&self, actor: &Actor, current: Password, new: String, repeat: String) -> Result<()> {
        let user = actor.session_person()?;
        let mut errors = FieldErrors::new();
        let repeat = Password::typed(repeat);
        let new = Password::new(new, "new_password", &mut errors);
        if new.expose() != repeat.expose() {
            errors.push("repeat_password", FieldCode::Mismatch, "This differs from the new password.");
        }
        let row = self.store.user(user).await?.ok_or_else(Error::not_found)?;
        let now = self.environment.now();
        self.limiters.begin_sign_in(&row.email_normalized, actor.origin.ip, now)?;
        if self.passwords.verify(current, Some(row.password_hash.clone())).await? {
            self.limiters.sign_in_succeeded(&row.email_normalized, actor.origin.ip);
        } else {
            errors.push("current_password", FieldCode::Mismatch, "This is not your password.");
        }
        errors.into_result()?;
        let hash = self.passwords.hash(new, self.environment.random()).await?;
        let target = Target::new("user", Some(user.uuid()), actor.name());
        let event = self.event(actor, now, "password.change", target, &Change::default());
        self.set_password(user, hash, Some(row.password_hash), actor.session_id, event).await
    }

    /// The actor's own console sessions.
    pub async fn sessions(&self, actor: &Actor) -> Result<Vec<wire::Session>> {
        let user = actor.session_person()?;
        let rows = self.store.sessions_of(user, self.environment.now()).await?;
        let sessions = rows.into_iter().map(|row| wire::Session {
            id: row.id,
            current: actor.session_id == Some(row.id),
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            ip: row.ip,
            user_agent: row.user_agent,
        });
        Ok(sessions.collect())
    }

    /// Ends one of the actor's own sessions.
    pub async fn end_session(&self, actor: &Actor, id: SessionId) -> Result<()> {
        let user = actor.session_person()?;
        let now = self.environment.now();
        let target = Target::new("session", Some(id.uuid()), actor.name());
        let event = self.event(actor, now, "session.end", target, &Change::default());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if !tx.delete_session(user, id).await? {
                        return Err(Error::not_found());
                    }
                    tx.audit(event);
                    Ok(())
                })
            })
            .await
    }

    /// Ends all of the actor's own sessions but the one that asks; says how many.
    pub async fn end_other_sessions(&self, actor: &Actor) -> Result<u64> {
        let user = actor.session_person()?;
        let now = self.environment.now();
        let kept = actor.session_id;
        let target = Target::new("user", Some(user.uuid()), actor.name());
        let event = self.event(actor, now, "session.end_others", target, &Change::default());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let ended = tx.delete_sessions_of(user, kept).await?;
                    tx.audit(event);
                    Ok::<_, Error>(ended)
                })
            })
            .await
    }

    /// Notes that a person signed out; the door ends the session itself.
    pub async fn signed_out(&self, actor: &Actor) -> Result<()> {
        actor.session_person()?;
        let id = actor.session_id.map(SessionId::uuid);
        let event = self.event(
            actor,
            self.environment.now(),
            "session.end",
            Target::new("session", id, actor.name()),
            &Change::default(),
        );
        self.record(event).await
    }
}
