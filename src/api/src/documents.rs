//! `GET /api/openapi.json`, and `GET /api/docs` with its script.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tower_http::compression::CompressionLayer;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

use crate::state::{Api, Document};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(openapi).layer(CompressionLayer::new()))
        .routes(routes!(docs).layer(CompressionLayer::new()))
}

/// Get this API as an OpenAPI 3.1 document
///
/// For generators and other tools. It needs no credential.
#[utoipa::path(
    get, path = "/api/openapi.json", operation_id = "getOpenApi", tag = "Operation",
    responses(
        (status = 200, description = "The document.", content_type = "application/json"),
        (status = 304, description = "The reader has the document."),
    ),
)]
async fn openapi(State(api): State<Api>, headers: HeaderMap) -> Response {
    answer(&api.documents.openapi, "application/json", &headers)
}

/// Get this page
///
/// The same as the OpenAPI document, for people.
#[utoipa::path(
    get, path = "/api/docs", operation_id = "getDocs", tag = "Operation",
    responses(
        (status = 200, description = "The page.", content_type = "text/html"),
        (status = 304, description = "The reader has the page."),
    ),
)]
async fn docs(State(api): State<Api>, headers: HeaderMap) -> Response {
    answer(&api.documents.page, "text/html; charset=utf-8", &headers)
}

/// Serves the page's script. It is part of the page, so the OpenAPI document doesn't list it.
pub(crate) async fn script(State(api): State<Api>, headers: HeaderMap) -> Response {
    answer(&api.documents.script, "text/javascript; charset=utf-8", &headers)
}

/// Responds with the document, or 304 if the client has it (RFC 9110 section 13.1.2).
fn answer(document: &Document, media_type: &'static str, request: &HeaderMap) -> Response {
    let is_this = |etag: &str| etag == "*" || etag.as_bytes() == document.etag.as_bytes();
    let known = request.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    let known = known.is_some_and(|known| known.split(',').map(str::trim).any(is_this));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, media_type)], document.body.clone()).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::ETAG, document.etag.clone());
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if let Some(policy) = &document.policy {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    }
    response
}
