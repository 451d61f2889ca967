//! The form of an OAuth request (RFC 6749 section 3.2): repeated parameters are refused, unknown ones are ignored.

use axum::extract::{FromRequest, Request};
use deserr::{Deserr, IntoValue, ValuePointerRef};
use http::header;
use mintkey_domain::{ErrorCode, Problem, request::RequestErrors};
use serde_json::Value;

use super::{client::ClientParameters, error::Rejection};
use crate::{
    input::{Untyped, read_body},
    oauth_error::OAuthError,
    problem::ApiError,
};

/// A form with the endpoint's parameters and those of client authentication.
pub(super) struct OAuthForm<T>(pub(super) T);

/// An endpoint's parameters, including those of client authentication.
pub(super) trait OAuthRequest: Deserr<RequestErrors> {
    fn set_client(&mut self, client: ClientParameters);
}

impl<S: Sync, T: OAuthRequest> FromRequest<S> for OAuthForm<T> {
    type Rejection = Rejection;

    async fn from_request(request: Request, _: &S) -> Result<Self, Rejection> {
        let (parts, body) = request.into_parts();
        if parts.uri.query().is_some_and(|query| !query.is_empty()) {
            let message = "Parameters must be in the request body, not in the URL.";
            return Err(OAuthError::invalid_request(message).into());
        }
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim().to_ascii_lowercase();
        if essence != "application/x-www-form-urlencoded" || parts.headers.contains_key(header::CONTENT_ENCODING) {
            let expected = "Send application/x-www-form-urlencoded, and say so in Content-Type.";
            return Err(OAuthError::invalid_request(expected).into());
        }
        let bytes = read_body(&parts, body).await.map_err(ApiError::from)?;
        Ok(Self(read(&bytes)?))
    }
}

fn read<T: OAuthRequest>(form: &[u8]) -> Result<T, OAuthError> {
    let mut request: T = parameters(form)?;
    request.set_client(parameters(form)?);
    Ok(request)
}

/// Reads the parameters of a type. An empty parameter counts as omitted (RFC 6749 section 3.1).
fn parameters<T: Deserr<RequestErrors>>(form: &[u8]) -> Result<T, OAuthError> {
    let Untyped { mut fields, repeated } = Untyped::from_pairs(form);
    for name in repeated {
        // No parameter is a list, so this makes deserialization fail.
        fields.insert(name, Value::Array(Vec::new()));
    }
    fields.retain(|_, value| value != "");
    T::deserialize_from_value(Value::Object(fields).into_value(), ValuePointerRef::Origin).map_err(|_| twice())
}

const fn twice() -> OAuthError {
    OAuthError::invalid_request("A parameter was sent twice.")
}

/// Whether the service refused a field of the request instead of the client.
pub(super) fn is_about_fields(error: &mintkey_service::Error) -> bool {
    matches!(error.problem(), Problem { code: ErrorCode::ValidationFailed, .. })
}
