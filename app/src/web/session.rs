//! The console's session. The service starts and ends it; the session layer sets and removes its cookie.

use mintkey_domain::{MINUTE, SessionCookieName};
use mintkey_service::{Actor, Origin, SESSION_IDLE, Service, SessionCookie, SessionStore};
use time::Duration;
use tower_sessions::{Expiry, Session, SessionManagerLayer, cookie::SameSite};

use crate::{
    clock::now,
    error::{AppError, Result},
};

/// Idle timeout of a session. The store enforces the maximum lifetime of 30 days.
const IDLE: Duration = Duration::milliseconds(SESSION_IDLE);
/// Minimum interval in milliseconds between writes of a session in use. Each write renews the idle timeout.
const RENEWAL: i64 = 10 * MINUTE;

/// Middleware that loads the session of a request, and saves it if it changed.
pub(crate) fn layer(store: SessionStore, name: &SessionCookieName, secure: bool) -> SessionManagerLayer<SessionStore> {
    SessionManagerLayer::new(store)
        .with_name(name.as_str().to_owned())
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(IDLE))
}

/// Sets the cookie of a new session, and removes the previous session.
pub(crate) async fn begin(session: &Session, signed_in: &mintkey_service::SignedIn) -> Result<()> {
    forget(session).await?;
    let cookie = signed_in.cookie.expose();
    session.insert(SessionCookie::ENTRY, cookie).await.map_err(|error| AppError::internal(&error))
}

/// Removes the session's cookie.
pub(crate) async fn forget(session: &Session) -> Result<()> {
    if session.id().is_none() {
        return Ok(());
    }
    session.flush().await.map_err(|error| AppError::internal(&error))
}

/// The session's actor; `None` if there is no session or it has ended.
pub(crate) async fn actor(service: &Service, session: &Session, origin: &Origin) -> Result<Option<Actor>> {
    let Some(id) = session.id() else { return Ok(None) };
    // Keep the cookie: an unknown session may belong to another instance on this host.
    let Some(actor) = service.session(&id.to_string(), origin.clone()).await? else { return Ok(None) };
    if actor.session_seen_at().is_some_and(|seen| now() - seen.millis() >= RENEWAL) {
        // Changing the expiry makes the layer save the session and renew the cookie.
        session.set_expiry(Some(Expiry::OnInactivity(IDLE)));
    }
    Ok(Some(actor))
}
