//! The console's session: made at sign-in, known by a cookie, kept by the service's store.

use mintkey_domain::{ErrorCode, OrganizationId, Problem, SessionId, UserId};
use mintkey_service::{Actor, Origin, Service, SessionStore, SignedIn};
use time::Duration;
use tower_sessions::{Expiry, Session, SessionManagerLayer, cookie::SameSite};

use crate::{
    clock::now,
    error::{AppError, Result},
    words::MINUTE,
};

/// How long a session lives without being used. The 30 days in all are the store's to enforce.
const IDLE: Duration = Duration::hours(12);
/// How often a session in use is written again: each write renews its idle time.
const RENEWAL: i64 = 10 * MINUTE;

const USER: &str = "user_id";
const ORGANIZATION: &str = "organization_id";
const LISTED_AS: &str = "list_id";
const SEEN: &str = "seen_at";

/// The layer that finds the session of a request, and writes it if it was changed.
pub(crate) fn layer(store: SessionStore, secure: bool) -> SessionManagerLayer<SessionStore> {
    SessionManagerLayer::new(store)
        .with_name(if secure { "__Host-mintkey" } else { "mintkey_session" })
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(IDLE))
}

/// Starts a session under a new id, whatever the browser brought along.
pub(crate) async fn begin(service: &Service, session: &Session, signed: &SignedIn, origin: &Origin) -> Result<()> {
    let ip = origin.ip.map(|ip| ip.to_string()).unwrap_or_default();
    let agent = origin.user_agent.clone().unwrap_or_default();
    let entries = [
        (USER, signed.user_id.to_string()),
        (ORGANIZATION, signed.organization_id.to_string()),
        (LISTED_AS, signed.session_id.to_string()),
        ("created_at", signed.signed_in_at.millis().to_string()),
        (SEEN, signed.signed_in_at.millis().to_string()),
        ("ip", ip),
        ("user_agent", agent),
    ];
    end(session).await?;
    for (key, value) in entries {
        session.insert(key, value).await.map_err(|error| AppError::internal(&error))?;
    }
    // Written now, and looked at once more: a password that was changed meanwhile would have missed this session.
    session.save().await.map_err(|error| AppError::internal(&error))?;
    if service.still_signed_in(signed).await? {
        return Ok(());
    }
    end(session).await?;
    Err(AppError(Problem::new(ErrorCode::InvalidCredential, "The password was changed. Sign in again.")))
}

/// Ends the session; the layer takes the cookie back.
pub(crate) async fn end(session: &Session) -> Result<()> {
    if session.id().is_none() {
        return Ok(());
    }
    session.flush().await.map_err(|error| AppError::internal(&error))
}

/// Who the session stands for now. `None` without one, and when its person is gone.
pub(crate) async fn actor(service: &Service, session: &Session, origin: &Origin) -> Result<Option<Actor>> {
    let (Some(user), Some(organization), Some(listed)) = (
        text(session, USER).await?.and_then(|text| text.parse::<UserId>().ok()),
        text(session, ORGANIZATION).await?.and_then(|text| text.parse::<OrganizationId>().ok()),
        text(session, LISTED_AS).await?.and_then(|text| text.parse::<SessionId>().ok()),
    ) else {
        return Ok(None);
    };
    let Some(actor) = service.session(user, organization, listed, origin.clone()).await? else {
        end(session).await?;
        return Ok(None);
    };
    renew(session).await?;
    Ok(Some(actor))
}

async fn renew(session: &Session) -> Result<()> {
    let seen = text(session, SEEN).await?.and_then(|text| text.parse::<i64>().ok()).unwrap_or_default();
    if now() - seen >= RENEWAL {
        session.insert(SEEN, now().to_string()).await.map_err(|error| AppError::internal(&error))?;
    }
    Ok(())
}

async fn text(session: &Session, key: &str) -> Result<Option<String>> {
    session.get(key).await.map_err(|error| AppError::internal(&error))
}
