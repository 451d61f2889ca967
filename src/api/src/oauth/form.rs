//! The parameters of an OAuth request (RFC 6749 section 3.2): a form, nothing twice, unknown ones ignored.

use http::header;
use mintkey_domain::ErrorCode;

use super::error::{OAuthError, Refusal};
use crate::call::Call;

/// What was sent, by name.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads the body.
    pub(super) async fn read(call: &mut Call) -> Result<Self, Refusal> {
        if call.parts.uri.query().is_some_and(|query| !query.is_empty()) {
            return Err(OAuthError::invalid_request("Parameters belong into the body, never into the address.").into());
        }
        let kind = call.parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim().to_ascii_lowercase();
        let plain = !call.parts.headers.contains_key(header::CONTENT_ENCODING);
        if essence != "application/x-www-form-urlencoded" || !plain {
            let expected = "Send application/x-www-form-urlencoded, and say so in Content-Type.";
            return Err(OAuthError::invalid_request(expected).into());
        }
        let bytes = call.bytes().await?;
        let pairs = serde_urlencoded::from_bytes(&bytes)
            .map_err(|_| OAuthError::invalid_request("The form could not be read."))?;
        Ok(Self(pairs))
    }

    /// One parameter; an empty one counts as left out (RFC 6749 section 3.1).
    pub(super) fn take(&mut self, name: &str) -> Result<Option<String>, OAuthError> {
        let mut found = self.0.extract_if(.., |(known, _)| known == name).map(|(_, value)| value);
        let first = found.next();
        if found.next().is_some() {
            return Err(OAuthError::invalid_request("A parameter was sent twice."));
        }
        Ok(first.filter(|value| !value.is_empty()))
    }
}

/// Whether the service refused something that was asked for, rather than who asked.
pub(super) fn is_about_fields(error: &mintkey_service::Error) -> bool {
    error.problem().code == ErrorCode::ValidationFailed
}
