//! Gives each request an ID, a context for its log lines, a span for traces, and metrics.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Router,
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use http::{HeaderName, HeaderValue};
use hyper::body::Incoming;
use mintkey_service::LogContext;
use tokio::time::Instant;
use tower::Service as _;
use tracing::Instrument as _;
use uuid::{Uuid, fmt::Hyphenated};

use crate::{
    metrics::{Metrics, known_method},
    telemetry::traces,
};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The route label of requests that match no route.
const UNMATCHED: &str = "unmatched";

/// Routes a request. Around the router rather than a layer of it, because each layer allocates several times.
pub(crate) async fn observe(
    mut router: Router,
    metrics: Arc<Metrics>,
    request: http::Request<Incoming>,
) -> Result<Response, Infallible> {
    let started = Instant::now();
    let context = LogContext::new(Uuid::now_v7(), known_method(request.method()));
    let span = traces::begin(request.headers(), &context);
    let handled = context.clone().scope(router.call(request).instrument(span.clone()));

    let mut response = handled.await?;

    let (status, time) = (response.status(), started.elapsed());
    let (method, route) = (context.method(), context.route().unwrap_or(UNMATCHED));
    metrics.answered(method, route, status, time);
    traces::end(&span, &context, route, status);
    set_request_id(&mut response, context.id());
    context.run(|| {
        tracing::debug!(status = status.as_u16(), duration_ms = time.as_secs_f64() * 1000.0, "request answered");
    });
    Ok(response)
}

/// Middleware: adds the route template to the request's log context. The API's own middleware does the same.
pub(crate) async fn record_route(request: Request, next: Next) -> Response {
    if let Some(context) = LogContext::current() {
        context.set_route(request.extensions().get::<MatchedPath>().map_or(UNMATCHED, MatchedPath::as_str));
    }
    next.run(request).await
}

/// Adds the request ID to the response, so that clients can report it.
pub(crate) fn set_request_id(response: &mut Response, id: Uuid) {
    let mut text = [0; Hyphenated::LENGTH];
    if let Ok(id) = HeaderValue::from_str(id.as_hyphenated().encode_lower(&mut text)) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
}
