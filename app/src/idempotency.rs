//! Idempotency keys for forms. Each form gets a key when it is rendered.

use leptos::nonce::Nonce;
use mintkey_service::Idempotency;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::{AppError, Result};

/// A new idempotency key with 128 random bits.
pub(crate) fn new_key() -> String {
    Nonce::new().to_string()
}

/// The key and body hash by which the service recognizes a repeated submission. A form without a key is executed each
/// time.
pub(crate) fn idempotency(key: String, route: &'static str, request: &impl Serialize) -> Result<Option<Idempotency>> {
    if key.is_empty() {
        return Ok(None);
    }
    let body = serde_json::to_vec(request).map_err(|error| AppError::internal(&error))?;
    Ok(Some(Idempotency { key, route: route.to_owned(), body_hash: Sha256::digest(body).into() }))
}
