//! Forms that must not be carried out twice: each has a key, which is made when the form is shown.

use leptos::nonce::Nonce;
use mintkey_service::Idempotency;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::{AppError, Result};

/// A key for one form: 128 random bits.
pub(crate) fn new_key() -> String {
    Nonce::new().to_string()
}

/// The key and the hash by which the service recognizes a form that is sent again. A form without a key is carried out
/// each time.
pub(crate) fn idempotency(key: String, route: &'static str, request: &impl Serialize) -> Result<Option<Idempotency>> {
    if key.is_empty() {
        return Ok(None);
    }
    let body = serde_json::to_vec(request).map_err(|error| AppError::internal(&error))?;
    Ok(Some(Idempotency { key, route: route.to_owned(), body_hash: Sha256::digest(body).into() }))
}
