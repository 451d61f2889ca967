//! Answers that went well.

use axum::{body::Body, response::Response};
use http::{HeaderValue, StatusCode, header};
use mintkey_domain::{ErrorCode, Problem};
use serde::Serialize;

/// What a handler gives back.
pub(crate) type Outcome = Result<Response, mintkey_service::Error>;

/// Never kept by a browser or a proxy: what concerns a person, or a secret.
pub(crate) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// JSON that nobody may keep.
pub(crate) fn json<T: Serialize>(status: StatusCode, value: &T) -> Outcome {
    let mut body = Vec::with_capacity(1024);
    serde_json::to_writer(&mut body, value)
        .map_err(|_| Problem::new(ErrorCode::Internal, "The answer could not be written."))?;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, NO_STORE);
    Ok(response)
}

/// 204.
pub(crate) fn nothing() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(header::CACHE_CONTROL, NO_STORE);
    response
}

/// A text that was made at the start and is the same for everybody.
pub(crate) fn document(text: &str, media_type: &'static str, cache: &'static str) -> Response {
    let mut response = Response::new(Body::from(text.to_owned()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
