//! Console sessions: created, replaced and ended.
//!
//! A session is created with a password or link that was verified in the same transaction. An existing session can only
//! be replaced, which deletes its own row, so that ending all other sessions of a user leaves none behind.

use mintkey_domain::{AuditAction, DAY, OrganizationId, Principal, SessionId, UserId, wire};
use mintkey_store::{SessionCookie, SessionRow, User};

use crate::{
    Actor, Error, Result, Service,
    audit::Details,
    authenticate::invalid_credential,
    change::{Change, ProvenPassword},
};

/// The idle timeout of a session, in milliseconds: 12 hours. The console's session layer extends it.
pub const SESSION_IDLE: i64 = DAY / 2;

/// A new session. The cookie must only be sent to its browser.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The user.
    pub user_id: UserId,
    /// The selected organization.
    pub organization_id: OrganizationId,
    /// The ID in the user's list of sessions.
    pub session_id: SessionId,
    /// The session cookie.
    pub cookie: SessionCookie,
}

impl Service {
    /// Creates a session for a user whose password was just verified.
    pub(crate) async fn begin_session(
        &self,
        proven: ProvenPassword,
        organization: OrganizationId,
        before: Option<&Actor>,
    ) -> Result<SignedIn> {
        let before = before.and_then(|actor| Some((actor.user().ok()?, actor.session_id?)));
        let id = SessionId::new(self.environment.now(), self.environment.random());
        let user = proven.user().clone();
        let action = AuditAction::SessionCreate;
        self.change_by_password(proven, organization, action, id.uuid(), move |change| {
            Box::pin(async move {
                if let Some((previous_user, session)) = before {
                    change.tx.delete_session(previous_user, session).await?;
                }
                let session = insert(change, id, &user, None).await?;
                change.acts_in_session(id);
                Ok(change.done(user.email.as_str(), &Details::default(), session))
            })
        })
        .await
    }

    /// Switches to another organization of the user: replaces their session by one there. `None` if it is selected
    /// already.
    ///
    /// # Errors
    /// `not_found` for an organization without an active membership; `forbidden` outside the console.
    pub async fn switch_organization(&self, actor: &Actor, to: OrganizationId) -> Result<Option<SignedIn>> {
        let user = actor.session_user()?;
        let act = self.change(actor, AuditAction::SessionCreate, None)?;
        act.run(move |change| {
            Box::pin(async move {
                if change.organization() == to {
                    return Ok(change.unchanged(None));
                }
                let row = change.tx.user(user).await?.ok_or_else(Error::not_found)?;
                let own = change.actor.session_id;
                change.actor.organization = to;
                let owner = change.owner(Principal::User(user)).await?.filter(|owner| owner.is_active());
                change.actor.owner = owner.ok_or_else(Error::not_found)?;
                let session = replace_session(change, own, &row).await?;
                change.acts_in_session(session.session_id);
                Ok(change.done(row.email.as_str(), &Details::default(), Some(session)))
            })
        })
        .await
    }

    /// The actor's own console sessions.
    pub async fn sessions(&self, actor: &Actor) -> Result<Vec<wire::Session>> {
        let user = actor.session_user()?;
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
        let user = actor.session_user()?;
        let act = self.change(actor, AuditAction::SessionEnd, id.uuid())?;
        act.run(move |change| {
            Box::pin(async move {
                if !change.tx.delete_session(user, id).await? {
                    return Err(Error::not_found());
                }
                Ok(change.done_by_actor(&Details::default(), ()))
            })
        })
        .await
    }

    /// Ends all of the actor's other sessions and returns their number.
    pub async fn end_other_sessions(&self, actor: &Actor) -> Result<u64> {
        let user = actor.session_user()?;
        let act = self.change(actor, AuditAction::SessionEndOthers, user.uuid())?;
        act.run(move |change| {
            Box::pin(async move {
                let own = change.actor.session_id;
                let ended = change.tx.delete_sessions_of(user, own).await?;
                Ok(change.done_by_actor(&Details::default(), ended))
            })
        })
        .await
    }

    /// Signs out: ends the actor's current session.
    pub async fn sign_out(&self, actor: &Actor) -> Result<()> {
        actor.session_user()?;
        match actor.session_id {
            Some(own) => self.end_session(actor, own).await,
            None => Err(invalid_credential().into()),
        }
    }
}

/// Creates a session for the user that a link is for. Further events of the action are attributed to the session.
pub(crate) async fn begin_session(change: &mut Change<'_>, user: &User) -> Result<SignedIn> {
    let id = SessionId::new(change.now, change.service.environment.random());
    let session = insert(change, id, user, None).await?;
    change.acts_in_session(id);
    change.log_event(AuditAction::SessionCreate, Some(id.uuid()), user.email.as_str(), &Details::default());
    Ok(session)
}

/// Replaces the actor's session by one in the organization where they act now. It keeps its creation time, so that it
/// doesn't exceed the maximum age.
pub(crate) async fn replace_session(change: &mut Change<'_>, own: Option<SessionId>, user: &User) -> Result<SignedIn> {
    let own = own.ok_or_else(invalid_credential)?;
    let row = change.tx.session_by_id(own, change.now).await?.ok_or_else(invalid_credential)?;
    if !change.tx.delete_session(user.id, own).await? {
        return Err(invalid_credential().into());
    }
    let id = SessionId::new(change.now, change.service.environment.random());
    insert(change, id, user, Some(row)).await
}

async fn insert(change: &mut Change<'_>, id: SessionId, user: &User, replaces: Option<SessionRow>) -> Result<SignedIn> {
    let (organization_id, now) = (change.organization(), change.now);
    let owner = change.owner(Principal::User(user.id)).await?.filter(|owner| owner.is_active());
    let owner = owner.ok_or_else(invalid_credential)?;
    let cookie = SessionCookie::new(change.service.environment.random());
    let began = replaces.map_or(now, |replaced: SessionRow| replaced.created_at);
    let row = SessionRow {
        id,
        key_hash: cookie.hash(),
        user_id: user.id,
        organization_id,
        password_generation: owner.password_generation,
        membership_generation: owner.generation,
        ip: change.actor.origin.ip.map(|ip| ip.to_string()),
        user_agent: change.actor.origin.user_agent.clone(),
        created_at: began,
        last_seen_at: now,
        expires_at: now.saturating_add(SESSION_IDLE),
    };
    change.tx.insert_session(&row).await?;
    Ok(SignedIn { user_id: user.id, organization_id, session_id: id, cookie })
}
