//! Sessions of the console: how they begin, are replaced, and end.
//!
//! A session begins with a password or a link that was proven in the same transaction. One that exists begets another
//! only by giving its own row up for it, so that ending all others of a person leaves none behind.

use mintkey_domain::{AuditAction, DAY, OrganizationId, Principal, SessionId, UserId, wire};
use mintkey_store::{SessionCookie, SessionRow, User};

use crate::{
    Actor, Error, Result, Service,
    audit::Details,
    authenticate::invalid_credential,
    change::{Change, ProvenPassword},
};

/// How long a session lives without being used, in milliseconds: 12 hours. The layer of the console puts it off.
pub const SESSION_IDLE: i64 = DAY / 2;

/// A session that was begun: the cookie is for its browser alone.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person.
    pub user_id: UserId,
    /// The organization that they work in.
    pub organization_id: OrganizationId,
    /// The session's id in the person's list of sessions.
    pub session_id: SessionId,
    /// What the browser shows from now on.
    pub cookie: SessionCookie,
}

impl Service {
    /// Begins a session for a person who has just proven their password.
    pub(crate) async fn begin_session(
        &self,
        proven: ProvenPassword,
        organization: OrganizationId,
        before: Option<&Actor>,
    ) -> Result<SignedIn> {
        let before = before.and_then(|actor| Some((actor.person().ok()?, actor.session_id?)));
        let id = SessionId::new(self.environment.now(), self.environment.random());
        let user = proven.user().clone();
        let action = AuditAction::SessionCreate;
        self.change_by_password(proven, organization, action, id.uuid(), move |change| {
            Box::pin(async move {
                if let Some((person, session)) = before {
                    change.tx.delete_session(person, session).await?;
                }
                let session = insert(change, id, &user, None).await?;
                change.acts_in_session(id);
                Ok(change.done(user.email.as_str(), &Details::default(), session))
            })
        })
        .await
    }

    /// The same person at work in another of their organizations: their session gives its row up for one there. `None`
    /// if they are there already.
    ///
    /// # Errors
    /// `not_found` for an organization that they aren't an active member of; `forbidden` outside the console.
    pub async fn switch_organization(&self, actor: &Actor, to: OrganizationId) -> Result<Option<SignedIn>> {
        let user = actor.session_person()?;
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

    /// Ends all of the actor's own sessions but the one that asks; says how many.
    pub async fn end_other_sessions(&self, actor: &Actor) -> Result<u64> {
        let user = actor.session_person()?;
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

    /// Ends the session that the actor asks with: they sign out.
    pub async fn sign_out(&self, actor: &Actor) -> Result<()> {
        actor.session_person()?;
        match actor.session_id {
            Some(own) => self.end_session(actor, own).await,
            None => Err(invalid_credential().into()),
        }
    }
}

/// Begins a session for the person whom a link is for, after whose act the rest is that of the session.
pub(crate) async fn begin_session(change: &mut Change<'_>, user: &User) -> Result<SignedIn> {
    let id = SessionId::new(change.now, change.service.environment.random());
    let session = insert(change, id, user, None).await?;
    change.acts_in_session(id);
    change.also(AuditAction::SessionCreate, Some(id.uuid()), user.email.as_str(), &Details::default());
    Ok(session)
}

/// Gives the actor's own session up for one in the organization where they act now. It keeps the time of its beginning,
/// so that it doesn't outlive its longest age.
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
