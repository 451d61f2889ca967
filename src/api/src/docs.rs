//! The content of `/api/docs` and its script.

use http::HeaderValue;
use mintkey_api_reference::{SCRIPT, content_security_policy, page};
use serde_json::Value;

use crate::{openapi::etag, state::Document};

/// Renders an OpenAPI document as a page.
pub(crate) fn write(document: &Value) -> Document {
    let body = page(document);
    let policy = HeaderValue::from_str(&content_security_policy()).ok();
    Document { etag: etag(&body), body: body.into(), policy }
}

/// The page's script.
pub(crate) fn script() -> Document {
    Document { etag: etag(SCRIPT), body: SCRIPT.into(), policy: None }
}
