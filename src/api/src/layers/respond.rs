//! The outer layer: gives a request its deadline, survives a panic, writes errors, delays 401.
//!
//! It is one layer of ours rather than five of tower-http's: those together cost a request that is answered from memory
//! almost as much as everything else.

use std::{net::SocketAddr, panic::AssertUnwindSafe, sync::Arc};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use http::{HeaderValue, header};
use mintkey_domain::{ErrorCode, Problem};
use mintkey_service::RequestId;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use crate::{
    oauth_error,
    operation::{Operations, RequestContext, is_oauth},
    problem::{self, ApiError},
    refusal_floor,
    state::Api,
};

/// Answers one request, whatever happens to its handler.
pub(crate) async fn respond(
    State((api, operations)): State<(Api, Arc<Operations>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let id = request.extensions().get::<RequestId>().map_or(Uuid::nil(), |id| id.0);
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let operation = operations.find(route, request.method(), request.uri()).clone();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let ip = api.client_ip(request.headers(), peer);
    request.extensions_mut().insert(RequestContext { id, ip, operation: operation.clone() });

    let mut response = with_deadline(next.run(request), started + api.request_timeout).await;
    let problem = response.extensions_mut().remove::<ApiError>().map(|error| {
        error.log();
        error.problem()
    });
    if let Some(problem) = &problem {
        response = write(problem, operation.oauth, &api.public_url, id);
    }
    if refusal_floor::applies(&response, problem.as_ref()) {
        refusal_floor::wait(started, api.refusal_floor).await;
    }
    complete(&mut response, operation.oauth);
    response
}

/// Waits for a handler until its deadline. One that panics fails its own request only.
///
/// The timer starts only if the handler has to wait. A panic's own message is logged by the process's hook.
async fn with_deadline(handled: impl Future<Output = Response>, deadline: Instant) -> Response {
    match timeout_at(deadline, AssertUnwindSafe(handled).catch_unwind()).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => ApiError::from(ErrorCode::Internal).into_response(),
        Err(_) => ApiError::from(ErrorCode::Timeout).into_response(),
    }
}

/// The answer to a request that is refused before it reaches the router: as the router would refuse it at this path.
pub fn refuse(path: &str, problem: &Problem, public_url: &str, id: Uuid) -> Response {
    let oauth = is_oauth(path);
    let mut response = write(problem, oauth, public_url, id);
    complete(&mut response, oauth);
    response
}

/// Writes an error in the shape that its path has.
fn write(problem: &Problem, oauth: bool, public_url: &str, id: Uuid) -> Response {
    if oauth { oauth_error::respond(problem) } else { problem::respond(problem, public_url, id) }
}

/// The headers that every answer has.
fn complete(response: &mut Response, oauth: bool) {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if oauth {
        // RFC 6749 section 5.1.
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn code(handled: impl Future<Output = Response>) -> Option<ErrorCode> {
        let response = with_deadline(handled, Instant::now() + Duration::from_secs(30)).await;
        response.extensions().get::<ApiError>().map(|error| error.problem().code)
    }

    #[tokio::test(start_paused = true)]
    async fn a_handler_that_takes_too_long_is_stopped() {
        let slow = async |seconds| {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            Response::default()
        };
        assert_eq!(code(slow(29)).await, None);
        assert_eq!(code(slow(31)).await, Some(ErrorCode::Timeout));
    }

    #[tokio::test]
    async fn a_panic_is_an_internal_error_of_one_request() {
        assert_eq!(code(async { panic!("a handler's own mistake") }).await, Some(ErrorCode::Internal));
    }
}
