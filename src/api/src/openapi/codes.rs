//! The error codes of an operation: those that its annotation lists, and those derived from its path and properties.

use mintkey_domain::ErrorCode as Code;
use serde_json::{Map, Value};

/// All codes of the operation, sorted by status. Removes the annotation's own list.
pub(super) fn all(operation: &mut Map<String, Value>, route: &str, method: &str, authenticated: bool) -> Vec<Code> {
    let listed = operation.remove("x-codes").and_then(|codes| serde_json::from_value(codes).ok());
    let mut codes: Vec<Code> = listed.unwrap_or_default();
    if route.starts_with("/api/v1/") {
        codes.extend([
            Code::ValidationFailed,
            Code::MultipleCredentials,
            Code::HeadersTooLarge,
            Code::Unavailable,
            Code::Timeout,
        ]);
    }
    if authenticated {
        codes.extend([
            Code::CredentialRequired,
            Code::InvalidCredential,
            Code::CredentialExpired,
            Code::MisdirectedRequest,
            Code::RateLimited,
        ]);
        if method != "get" {
            codes.push(Code::CrossOrigin);
        }
    }
    if operation.contains_key("x-audit-action") && authenticated {
        codes.push(Code::InsufficientScope);
    }
    if route.starts_with("/oauth/") {
        codes.extend([
            Code::InvalidRequest,
            Code::InvalidCredential,
            Code::BodyTooLarge,
            Code::RateLimited,
            Code::HeadersTooLarge,
            Code::Unavailable,
            Code::Timeout,
        ]);
    } else if operation.contains_key("requestBody") || method == "post" {
        codes.extend([Code::InvalidJson, Code::InvalidRequest, Code::BodyTooLarge, Code::UnsupportedMediaType]);
    }
    if operation.contains_key("x-idempotent") {
        codes.extend([Code::RequestInProgress, Code::IdempotencyKeyReused]);
    }
    if route.contains("{id}") {
        codes.push(Code::NotFound);
    }
    codes.push(Code::Internal);
    codes.sort_by_key(|code| (code.status(), *code));
    codes.dedup();
    codes
}
