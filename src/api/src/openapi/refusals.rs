//! What can go wrong at an endpoint: what its description names, and what follows from what it takes.

use mintkey_domain::ErrorCode as Code;

use crate::endpoint::{Endpoint, Needs, Verb};

/// Every code that the endpoint can answer with, by status.
pub(crate) fn refusals(endpoint: &Endpoint) -> Vec<Code> {
    let mut codes = endpoint.refusals.to_vec();
    if endpoint.path.starts_with("/api/v1/") {
        codes.extend([
            Code::ValidationFailed,
            Code::MultipleCredentials,
            Code::HeadersTooLarge,
            Code::Unavailable,
            Code::Timeout,
        ]);
    }
    if endpoint.needs != Needs::Nothing {
        codes.extend([Code::CredentialRequired, Code::InvalidCredential, Code::CredentialExpired, Code::RateLimited]);
        codes.push(Code::MisdirectedRequest);
        if endpoint.method != Verb::Get {
            codes.push(Code::CrossOrigin);
        }
    }
    if endpoint.scope().is_some() {
        codes.push(Code::InsufficientScope);
    }
    if endpoint.oauth {
        codes.extend([
            Code::InvalidRequest,
            Code::InvalidCredential,
            Code::BodyTooLarge,
            Code::RateLimited,
            Code::HeadersTooLarge,
            Code::Unavailable,
            Code::Timeout,
        ]);
    } else if !endpoint.body.is_empty() {
        codes.extend([Code::InvalidJson, Code::InvalidRequest, Code::BodyTooLarge, Code::UnsupportedMediaType]);
    }
    if endpoint.repeatable {
        codes.extend([Code::RequestInProgress, Code::IdempotencyKeyReused]);
    }
    codes.push(Code::Internal);
    codes.sort_by_key(|code| (code.status(), *code));
    codes.dedup();
    codes
}
