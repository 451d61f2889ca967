//! One request on its way to a handler and back.

use std::{
    net::{IpAddr, SocketAddr},
    panic::AssertUnwindSafe,
    pin::{Pin, pin},
    str::FromStr,
};

use axum::{
    body::Body,
    extract::{ConnectInfo, Request},
    response::Response,
};
use futures_util::FutureExt;
use http::{HeaderName, HeaderValue, header, request::Parts};
use mintkey_domain::{ErrorCode, FieldErrors};
use mintkey_service::{Error, Idempotency, Origin};
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use crate::{
    answer::Outcome,
    endpoint::Endpoint,
    input::{self, Fields, Query},
    refusal::{self, refuse},
    refusal_floor, request_id,
    state::Api,
};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request as its handler sees it.
pub(crate) struct Call {
    head: Head,
    body: Body,
}

/// All of a request but its body: this part can be looked at from everywhere.
pub(crate) struct Head {
    pub(crate) api: Api,
    pub(crate) parts: Parts,
    endpoint: &'static Endpoint,
    id: Uuid,
    ip: Option<IpAddr>,
}

/// Answers one request, whatever happens to its handler.
///
/// This is all that stands between the router and a handler: no layers, and nothing that costs a request which is
/// answered from memory more than an id and a look at the clock. The time-out's timer starts only if the handler
/// has to wait.
pub(crate) async fn answer<Work>(
    api: &Api,
    endpoint: &'static Endpoint,
    request: Request,
    work: impl FnOnce(Call) -> Work,
) -> Response
where
    Work: Future<Output = Outcome>,
{
    let started = Instant::now();
    let id = request_id::next();
    let call = Call::new(api.clone(), endpoint, request, id);
    // Pinned here once: what wraps it below then moves a pointer, not the handler's whole state.
    let work = pin!(work(call));
    let outcome = settle(work, started + api.request_timeout).await;
    let must_wait = refusal_floor::applies(&outcome);
    let mut response = match outcome {
        Ok(response) => response,
        Err(error) => refusal::respond(&error, endpoint, &api.public_url, id),
    };
    if must_wait {
        refusal_floor::wait(started, api.refusal_floor).await;
    }
    // The path's template and never the path: what stands in a URL by mistake stays out of the log.
    tracing::debug!(request_id = %id, route = endpoint.path, status = response.status().as_u16(), "request answered");
    if let Some(value) = request_id::header(id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response
}

/// Waits for a handler, but not for ever; one that panics ends its own request only.
async fn settle(work: Pin<&mut impl Future<Output = Outcome>>, deadline: Instant) -> Outcome {
    match timeout_at(deadline, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(outcome)) => outcome,
        // The panic's own words are in the log already, by the process's hook.
        Ok(Err(_)) => Err(refuse(ErrorCode::Internal)),
        Err(_) => Err(refuse(ErrorCode::Timeout)),
    }
}

impl Call {
    fn new(api: Api, endpoint: &'static Endpoint, request: Request, id: Uuid) -> Self {
        let (parts, body) = request.into_parts();
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
        let ip = api.client_ip(&parts.headers, peer);
        Self { head: Head { api, parts, endpoint, id, ip }, body }
    }

    /// Waits until all of the body is here; it is still to be read.
    pub(crate) async fn receive(&mut self) -> Result<(), Error> {
        self.body = Body::from(self.bytes().await?);
        Ok(())
    }

    /// The body, held to the endpoint's fields. It can be read once.
    pub(crate) async fn fields(&mut self) -> Result<Fields, Error> {
        let bytes = self.bytes().await?;
        let entries = input::entries(&self.head.parts.headers, &bytes, self.head.endpoint.form)?;
        Ok(Fields::read(self.head.endpoint.body, entries))
    }

    /// The body's bytes. They can be read once.
    pub(crate) async fn bytes(&mut self) -> Result<Vec<u8>, Error> {
        let most = match self.head.endpoint.path {
            "/api/v1/login" | "/oauth/token" => input::MAX_SIGN_IN_BODY,
            _ => input::MAX_BODY,
        };
        Ok(input::read_body(&self.head.parts.headers, std::mem::take(&mut self.body), most).await?)
    }
}

impl Head {
    /// Who sent it, for limits, last use and the audit log.
    pub(crate) fn origin(&self) -> Origin {
        let user_agent = self.parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Origin::new(self.ip, user_agent, self.id)
    }

    /// The id in the path. One that can't be an id doesn't exist.
    pub(crate) fn path_id<Id: FromStr>(&self) -> Result<Id, Error> {
        let template = self.endpoint.path.split('/');
        let segment = self.parts.uri.path().split('/').zip(template).find(|(_, template)| *template == "{id}");
        segment.and_then(|(text, _)| text.parse().ok()).ok_or_else(|| refuse(ErrorCode::NotFound))
    }

    /// The id of the action's target, for the audit log, if the path has it.
    pub(crate) fn target(&self) -> Option<Uuid> {
        self.endpoint.names_target().then(|| self.path_id().ok()).flatten()
    }

    /// The query, held to the endpoint's parameters.
    pub(crate) fn query(&self) -> Query {
        Query::read(self.endpoint.query, self.parts.uri.query().unwrap_or_default())
    }

    /// The key by which a repeat of this request is known, if the caller gave one.
    pub(crate) fn idempotency(&self, fields: &Fields, errors: &mut FieldErrors) -> Option<Idempotency> {
        let key = input::idempotency_key(&self.parts.headers, errors)?;
        let body_hash = fields.digest(self.endpoint.name, self.parts.uri.path());
        Some(Idempotency { key, route: self.endpoint.name, body_hash })
    }
}

impl std::ops::Deref for Call {
    type Target = Head;

    fn deref(&self) -> &Head {
        &self.head
    }
}

/// Marks the answer to a repeat.
pub(crate) fn mark_replayed(response: &mut Response) {
    const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn code(work: impl Future<Output = Outcome>) -> Option<ErrorCode> {
        let deadline = Instant::now() + Duration::from_secs(30);
        settle(pin!(work), deadline).await.err().map(|error| error.problem().code)
    }

    #[tokio::test(start_paused = true)]
    async fn a_handler_that_takes_too_long_is_given_up() {
        let slow = async |seconds| {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            Ok(Response::default())
        };
        assert_eq!(code(slow(29)).await, None);
        assert_eq!(code(slow(31)).await, Some(ErrorCode::Timeout));
    }

    #[tokio::test]
    async fn a_panic_is_an_internal_mistake_of_one_request() {
        assert_eq!(code(async { panic!("a handler's own mistake") }).await, Some(ErrorCode::Internal));
    }
}
