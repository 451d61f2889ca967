//! Authentication of requests: the only place that turns a request into an [`Actor`].

mod cookie;
mod credential;

use http::{HeaderMap, request::Parts};
use mintkey_domain::{ErrorCode, Problem};
use mintkey_service::{Actor, ClientCertificate, Credential, Origin};

use crate::{operation::RequestContext, problem::ApiError, state::Api};

/// Where other programs call, and no browser does: the console's cookie doesn't authenticate there.
const WEBHOOKS: &str = "/k8s/";

/// Whether a request's credential was checked before.
#[derive(Clone, Copy)]
pub(crate) enum Attempt {
    First,
    /// The second check, after the body was read.
    Again,
}

/// Authenticates by the credential in a header; without one by the client's certificate; without either by the console's
/// cookie.
///
/// An invalid credential is refused without falling back to the next. The query is ignored.
pub(crate) async fn authenticate(
    api: &Api,
    parts: &Parts,
    origin: Origin,
    attempt: Attempt,
) -> Result<Actor, ApiError> {
    let presented = credential::from_headers(&parts.headers)?;
    let credential = match &presented {
        Some(presented) => Some(presented.credential()),
        None => client_certificate(api, parts).await?.map(Credential::Certificate),
    };
    if let Some(credential) = credential {
        return Ok(match attempt {
            Attempt::First => api.service.authenticate(credential, origin).await?,
            Attempt::Again => api.service.authenticate_again(credential, origin).await?,
        });
    }
    if parts.uri.path().starts_with(WEBHOOKS) {
        return Err(ErrorCode::CredentialRequired.into());
    }
    // Boxed to keep the future small for requests with a credential in a header.
    Box::pin(by_session(api, parts, origin)).await
}

/// The client's certificate. A browser sends it by itself, whichever site makes it send the request, like the cookie.
async fn client_certificate(api: &Api, parts: &Parts) -> Result<Option<ClientCertificate>, ApiError> {
    let context = parts.extensions.get::<RequestContext>();
    let certificate = context.and_then(|context| context.certificate);
    if certificate.is_some() {
        api.same_origin.check(parts, api.service.now()).await?;
    }
    Ok(certificate)
}

/// Whether a header has a credential, valid or not.
pub(crate) fn has_credential(headers: &HeaderMap) -> bool {
    !matches!(credential::from_headers(headers), Ok(None))
}

/// The client ID and secret of a `Basic` header, not yet form-decoded.
pub(crate) fn basic_client(headers: &HeaderMap) -> Result<Option<(String, String)>, Problem> {
    Ok(match credential::from_headers(headers)? {
        Some(credential::RawCredential::Client(pair, colon)) => {
            Some((pair[..colon].to_owned(), pair[colon + 1..].to_owned()))
        }
        _ => None,
    })
}

/// Authenticates by a header only.
pub(crate) async fn header_actor(api: &Api, headers: &HeaderMap, origin: Origin) -> Result<Actor, ApiError> {
    let presented = credential::from_headers(headers)?.ok_or(ErrorCode::CredentialRequired)?;
    Ok(api.service.authenticate(presented.credential(), origin).await?)
}

async fn by_session(api: &Api, parts: &Parts, origin: Origin) -> Result<Actor, ApiError> {
    api.same_origin.check(parts, api.service.now()).await?;
    let cookie = cookie::session(&parts.headers, &api.session_cookie).ok_or(ErrorCode::CredentialRequired)?;
    let session = api.service.session(cookie, origin).await?;
    session.ok_or_else(|| ErrorCode::CredentialRequired.into())
}

/// Refuses a cross-site request to a public operation with an effect, such as login.
pub(crate) async fn refuse_other_sites(api: &Api, parts: &Parts) -> Result<(), ApiError> {
    match credential::from_headers(&parts.headers)? {
        Some(_) => Ok(()),
        None => Ok(api.same_origin.check(parts, api.service.now()).await?),
    }
}
