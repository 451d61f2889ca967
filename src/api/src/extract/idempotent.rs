//! A JSON body of a request that accepts an `Idempotency-Key`.

use axum::extract::{FromRequest, Request};
use http::{HeaderMap, HeaderName};
use mintkey_domain::{ErrorCode, FieldCode, FieldErrors, request::Input};
use mintkey_service::Idempotency;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::body::{json, receive};
use crate::{input::read, operation::RequestContext, problem::ApiError};

const NAME: HeaderName = HeaderName::from_static("idempotency-key");
const FIELD: &str = "Idempotency-Key";
const MAX_LENGTH: usize = 255;

/// The body, and the idempotency key with the hash of the request.
pub(crate) struct Idempotent<T> {
    pub(crate) body: T,
    pub(crate) idempotency: Option<Idempotency>,
}

impl<S: Sync, T: Input> FromRequest<S> for Idempotent<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let context = request.extensions().get::<RequestContext>().ok_or(ErrorCode::Internal)?;
        let operation = context.operation.clone();
        let path = request.uri().path().to_owned();
        let (headers, bytes) = receive(request).await?;
        let untyped = json(&headers, &bytes)?;
        let mut errors = FieldErrors::new();
        let idempotency = idempotency_key(&headers, &mut errors).map(|key| Idempotency {
            key,
            route: operation.id.clone(),
            body_hash: digest(&operation.id, &path, untyped.fields.clone(), T::UNSTORED),
        });
        Ok(Self { body: read(untyped, errors)?, idempotency })
    }
}

/// Hashes operation, path and fields. The order of the fields makes no difference. A hash of what isn't stored could be
/// used to guess it.
fn digest(operation: &str, path: &str, mut fields: Map<String, Value>, unstored: &[&str]) -> [u8; 32] {
    fields.retain(|name, _| !unstored.contains(&name.as_str()));
    let body = Value::Object(fields).to_string();
    let mut hash = Sha256::new();
    for part in [operation, path, &body] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// The key, if the request has one: a single header of 1 to 255 visible ASCII characters.
fn idempotency_key(headers: &HeaderMap, errors: &mut FieldErrors) -> Option<String> {
    let mut values = headers.get_all(NAME).into_iter();
    let value = values.next()?;
    if values.next().is_some() {
        errors.push(FIELD, FieldCode::Duplicate, "This header may be sent once only.");
    } else if value.len() > MAX_LENGTH {
        errors.push(FIELD, FieldCode::TooLong, "Use at most 255 characters.");
    } else if value.is_empty() || !value.as_bytes().iter().all(u8::is_ascii_graphic) {
        errors.push(FIELD, FieldCode::InvalidFormat, "Expected 1 to 255 visible ASCII characters.");
    } else {
        return value.to_str().ok().map(str::to_owned);
    }
    None
}
