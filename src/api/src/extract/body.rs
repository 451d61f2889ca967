//! Extractors of request bodies.

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request},
};
use http::{HeaderMap, header};
use mintkey_domain::{ErrorCode, FieldErrors, Problem, request::Input};
use serde_json::{Map, Value};

use crate::{
    input::{Untyped, read, read_body},
    problem::ApiError,
};

/// A validated request: `Valid<Json<T>>`, `Valid<JsonOrForm<T>>` or `Valid<Query<T>>`.
pub(crate) struct Valid<B>(pub(crate) B);

/// A body in JSON or as a form.
pub(crate) struct JsonOrForm<T>(pub(crate) T);

/// A JSON object of another API, which may have members that this server doesn't know.
pub(crate) struct JsonObject(pub(crate) Map<String, Value>);

impl<S: Sync> FromRequest<S> for JsonObject {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (headers, bytes) = receive(request).await?;
        Ok(Self(json(&headers, &bytes)?.fields))
    }
}

impl<S: Sync, T: Input> FromRequest<S> for Valid<Json<T>> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (headers, bytes) = receive(request).await?;
        Ok(Self(Json(read(json(&headers, &bytes)?, FieldErrors::new())?)))
    }
}

impl<S: Sync, T: Input> FromRequest<S> for Valid<JsonOrForm<T>> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (headers, bytes) = receive(request).await?;
        let untyped = match media_type(&headers) {
            _ if is_empty(&bytes) => Untyped::default(),
            Some(MediaType::Form) if is_plain(&headers) => Untyped::from_pairs(&bytes),
            Some(MediaType::Json) => json(&headers, &bytes)?,
            _ => {
                return Err(unsupported(
                    "Send application/json or application/x-www-form-urlencoded, and say so in Content-Type.",
                ));
            }
        };
        Ok(Self(JsonOrForm(read(untyped, FieldErrors::new())?)))
    }
}

/// Reads a request's headers and whole body.
pub(super) async fn receive(request: Request) -> Result<(HeaderMap, Bytes), ApiError> {
    let (parts, body) = request.into_parts();
    let bytes = read_body(&parts, body).await?;
    Ok((parts.headers, bytes.into()))
}

/// Parses a JSON object. An empty body has no fields, whatever its content type.
pub(super) fn json(headers: &HeaderMap, bytes: &[u8]) -> Result<Untyped, ApiError> {
    if is_empty(bytes) {
        return Ok(Untyped::default());
    }
    if !is_plain(headers) {
        return Err(unsupported("Send the body without a content encoding."));
    }
    if media_type(headers) != Some(MediaType::Json) {
        return Err(unsupported("Send application/json, and say so in Content-Type."));
    }
    let expected = "Expected one JSON object in UTF-8, without comments.";
    Untyped::from_json(bytes).ok_or_else(|| Problem::new(ErrorCode::InvalidJson, expected).into())
}

fn is_empty(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_whitespace)
}

fn is_plain(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_ENCODING).is_none_or(|coding| coding == "identity")
}

fn unsupported(expected: &'static str) -> ApiError {
    Problem::new(ErrorCode::UnsupportedMediaType, expected).into()
}

#[derive(PartialEq, Eq)]
enum MediaType {
    Json,
    Form,
}

fn media_type(headers: &HeaderMap) -> Option<MediaType> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?.to_ascii_lowercase();
    let essence = value.split(';').next()?.trim();
    let is_json = essence.strip_prefix("application/").is_some_and(|kind| kind == "json" || kind.ends_with("+json"));
    if is_json {
        Some(MediaType::Json)
    } else {
        (essence == "application/x-www-form-urlencoded").then_some(MediaType::Form)
    }
}
