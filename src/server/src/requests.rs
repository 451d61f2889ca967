//! Middleware that gives each request an ID, a span for its log lines, and metrics.

use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderName, HeaderValue};
use mintkey_service::RequestId;
use tokio::time::Instant;
use tracing::{Instrument as _, field::Empty};
use uuid::{Uuid, fmt::Hyphenated};

use crate::{
    metrics::{Metrics, known_method},
    telemetry::traces,
};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The route label of requests that match no route.
const UNMATCHED: &str = "unmatched";

/// Middleware around all routes.
pub(crate) async fn observe(State(metrics): State<Arc<Metrics>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = Uuid::now_v7();
    request.extensions_mut().insert(RequestId(id));
    let method = known_method(request.method());
    // The route template instead of the path keeps secrets in URLs out of the log.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or(UNMATCHED, MatchedPath::as_str);
    // The service records organization and actor after authentication.
    let span = tracing::info_span!("request", request_id = %id, method, route, organization = Empty, actor = Empty,
        otel.name = Empty, otel.kind = Empty);
    traces::begin(&span, request.headers(), method, route);

    let mut response = next.run(request).instrument(span.clone()).await;

    let (status, time) = (response.status(), started.elapsed());
    metrics.answered(method, route, status, time);
    traces::end(&span, status);
    span.in_scope(|| {
        tracing::debug!(status = status.as_u16(), duration_ms = time.as_secs_f64() * 1000.0, "request answered");
    });
    set_request_id(&mut response, id);
    response
}

/// Adds the request ID to the response, so that clients can report it.
pub(crate) fn set_request_id(response: &mut Response, id: Uuid) {
    let mut text = [0; Hyphenated::LENGTH];
    if let Ok(id) = HeaderValue::from_str(id.as_hyphenated().encode_lower(&mut text)) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
}
