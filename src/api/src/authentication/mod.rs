//! Who is asking: the one place where a request becomes an [`Actor`].

mod cookie;
mod credential;
mod same_origin;

use http::HeaderMap;
use mintkey_domain::{ErrorCode, Problem};
use mintkey_service::{Actor, Error};

pub(crate) use self::same_origin::SameOrigin;
use crate::{call::Head, refusal::refuse};

/// Authenticates by a header; by the console's cookie only if there is no credential in any header.
///
/// A credential in a header that isn't good is refused and never falls back to the cookie. The query is never
/// looked at. That it went well is counted with the request, by the router.
pub(crate) async fn authenticate(head: &Head) -> Result<Actor, Error> {
    if let Some(presented) = credential::presented(&head.parts.headers)? {
        return head.api.service.authenticate_uncounted(presented.credential(), head.origin()).await;
    }
    // Boxed: what the rarer way needs would otherwise be carried about by every request.
    Box::pin(by_session(head)).await
}

/// Whether a header has a credential, good or not.
pub(crate) fn has_credential(headers: &HeaderMap) -> bool {
    !matches!(credential::presented(headers), Ok(None))
}

/// The client ID and secret of a `Basic` header, as they stand there.
pub(crate) fn basic_client(headers: &HeaderMap) -> Result<Option<(String, String)>, Problem> {
    Ok(match credential::presented(headers)? {
        Some(credential::Presented::Client(pair, colon)) => {
            Some((pair[..colon].to_owned(), pair[colon + 1..].to_owned()))
        }
        _ => None,
    })
}

/// Authenticates by a header alone.
pub(crate) async fn header_actor(head: &Head) -> Result<Actor, Error> {
    let presented = credential::presented(&head.parts.headers)?.ok_or_else(|| refuse(ErrorCode::CredentialRequired))?;
    head.api.service.authenticate(presented.credential(), head.origin()).await
}

async fn by_session(head: &Head) -> Result<Actor, Error> {
    head.api.same_origin.check(&head.parts).await?;
    let Some(cookie) = cookie::session(&head.parts.headers, &head.api.session_cookie) else {
        return Err(refuse(ErrorCode::CredentialRequired));
    };
    let session = head.api.service.session(cookie, head.origin()).await?;
    session.ok_or_else(|| refuse(ErrorCode::CredentialRequired))
}

/// For what needs no credential but has an effect: a browser may not be made to send it by another site.
pub(crate) async fn refuse_other_sites(head: &Head) -> Result<(), Error> {
    match credential::presented(&head.parts.headers)? {
        Some(_) => Ok(()),
        None => head.api.same_origin.check(&head.parts).await,
    }
}
