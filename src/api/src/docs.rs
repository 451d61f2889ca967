//! `/api/docs` as it is served.

use http::HeaderValue;
use mintkey_api_reference::{content_security_policy, page};
use serde_json::Value;

use crate::{openapi::etag, state::Document};

/// The page of an OpenAPI document.
pub(crate) fn write(document: &Value) -> Document {
    let body = page(document);
    let policy = HeaderValue::from_str(&content_security_policy()).ok();
    Document { etag: etag(&body), body: body.into(), policy }
}
