//! The console's session: the service begins and ends it, and the session layer sets and removes its cookie.

use mintkey_domain::{MINUTE, SessionCookieName};
use mintkey_service::{Actor, Origin, SESSION_IDLE, Service, SessionCookie, SessionStore};
use time::Duration;
use tower_sessions::{Expiry, Session, SessionManagerLayer, cookie::SameSite};

use crate::{
    clock::now,
    error::{AppError, Result},
};

/// How long a session lives without being used. The 30 days in all are the store's to enforce.
const IDLE: Duration = Duration::milliseconds(SESSION_IDLE);
/// How often a session in use is written again: each write renews its idle time.
const RENEWAL: i64 = 10 * MINUTE;

/// The layer that finds the session of a request, and writes it if it was changed.
pub(crate) fn layer(store: SessionStore, name: &SessionCookieName, secure: bool) -> SessionManagerLayer<SessionStore> {
    SessionManagerLayer::new(store)
        .with_name(name.as_str().to_owned())
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(IDLE))
}

/// Sets the cookie of a session that the service has begun, in the place of any other.
pub(crate) async fn begin(session: &Session, signed_in: &mintkey_service::SignedIn) -> Result<()> {
    forget(session).await?;
    let cookie = signed_in.cookie.expose();
    session.insert(SessionCookie::ENTRY, cookie).await.map_err(|error| AppError::internal(&error))
}

/// Removes the browser's cookie.
pub(crate) async fn forget(session: &Session) -> Result<()> {
    if session.id().is_none() {
        return Ok(());
    }
    session.flush().await.map_err(|error| AppError::internal(&error))
}

/// The actor of the session; `None` if there is no session, or if it has ended.
pub(crate) async fn actor(service: &Service, session: &Session, origin: &Origin) -> Result<Option<Actor>> {
    let Some(id) = session.id() else { return Ok(None) };
    // The cookie stays: one that isn't known may be that of another instance on this host.
    let Some(actor) = service.session(&id.to_string(), origin.clone()).await? else { return Ok(None) };
    if actor.session_seen_at().is_some_and(|seen| now() - seen.millis() >= RENEWAL) {
        // A change of its expiry is what makes the layer write it, and send the cookie anew.
        session.set_expiry(Some(Expiry::OnInactivity(IDLE)));
    }
    Ok(Some(actor))
}
