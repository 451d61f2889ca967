//! Sets the deadline, catches panics, renders errors, and delays 401 responses.
//!
//! It replaces five layers of tower-http, which together cost almost as much as the rest of a request that is answered
//! from the cache.

use std::{net::SocketAddr, panic::AssertUnwindSafe, sync::Arc};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use http::{HeaderValue, header};
use mintkey_domain::{ErrorCode, Problem};
use mintkey_service::LogContext;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::authorize::authorize;
use crate::{
    oauth_error,
    operation::{Operations, RequestContext, is_oauth},
    problem::{self, ApiError},
    refusal_floor,
    state::Api,
};

/// Responds to a request even if its handler fails, panics or exceeds the deadline.
pub(crate) async fn respond(
    State((api, operations)): State<(Api, Arc<Operations>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let id = identify(&request);
    let context = request_context(&api, &operations, &request, id);
    let oauth = context.as_ref().is_some_and(|context| context.operation.oauth);

    // Boxed, because each of the futures around it moves it.
    let handled = Box::pin(async {
        request.extensions_mut().insert(context.ok_or(ErrorCode::Internal)?);
        authorize(&api, request, next).await
    });
    let mut response = with_deadline(handled, started + api.request_timeout).await;
    let problem = response.extensions_mut().remove::<ApiError>().map(|error| {
        error.log();
        error.problem()
    });
    if let Some(problem) = &problem {
        response = write(problem, oauth, &api.public_url, id);
    }
    if refusal_floor::applies(&response, problem.as_ref()) {
        refusal_floor::wait(started, api.refusal_floor).await;
    }
    complete(&mut response, oauth);
    response
}

/// The request's ID. Adds the route to the log lines.
fn identify(request: &Request) -> Uuid {
    LogContext::current().map_or(Uuid::nil(), |context| {
        if let Some(route) = request.extensions().get::<MatchedPath>() {
            context.set_route(route.as_str());
        }
        context.id()
    })
}

/// The context of a request. `None` if its route isn't in the OpenAPI document, so its required scope is unknown.
fn request_context(api: &Api, operations: &Operations, request: &Request, id: Uuid) -> Option<RequestContext> {
    let route = request.extensions().get::<MatchedPath>()?.as_str();
    let operation = operations.find(route, request.method(), request.uri())?.clone();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let ip = api.client_ip(request.headers(), peer);
    let certificate = api.client_certificate(request, peer);
    Some(RequestContext { id, ip, certificate, operation, caller: None })
}

/// Waits for a handler until its deadline. A panic fails only the handler's own request.
///
/// The timer starts only if the handler has to wait. The process's panic hook logs the panic's message.
async fn with_deadline(handled: impl Future<Output = Result<Response, ApiError>>, deadline: Instant) -> Response {
    let handled = match timeout_at(deadline, AssertUnwindSafe(handled).catch_unwind()).await {
        Ok(Ok(handled)) => handled,
        Ok(Err(_)) => Err(ErrorCode::Internal.into()),
        Err(_) => Err(ErrorCode::Timeout.into()),
    };
    handled.unwrap_or_else(IntoResponse::into_response)
}

/// The response to a request that is refused before it reaches the router, as the router would write it for this path.
pub fn refuse(path: &str, problem: &Problem, public_url: &str, id: Uuid) -> Response {
    let oauth = is_oauth(path);
    let mut response = write(problem, oauth, public_url, id);
    complete(&mut response, oauth);
    response
}

/// Writes an error in the format of its path.
fn write(problem: &Problem, oauth: bool, public_url: &str, id: Uuid) -> Response {
    if oauth { oauth_error::respond(problem) } else { problem::respond(problem, public_url, id) }
}

/// Sets the headers of every response.
fn complete(response: &mut Response, oauth: bool) {
    let headers = response.headers_mut();
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

    async fn code(handled: impl Future<Output = Result<Response, ApiError>>) -> Option<ErrorCode> {
        let response = with_deadline(handled, Instant::now() + Duration::from_secs(30)).await;
        response.extensions().get::<ApiError>().map(|error| error.problem().code)
    }

    #[tokio::test(start_paused = true)]
    async fn a_handler_that_takes_too_long_is_stopped() {
        let slow = async |seconds| {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            Ok(Response::default())
        };
        assert_eq!(code(slow(29)).await, None);
        assert_eq!(code(slow(31)).await, Some(ErrorCode::Timeout));
    }

    #[tokio::test]
    async fn a_panic_is_an_internal_error_of_one_request() {
        assert_eq!(code(async { panic!("a handler's own mistake") }).await, Some(ErrorCode::Internal));
    }
}
