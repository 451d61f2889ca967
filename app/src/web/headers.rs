//! The headers of every response of the console, and which responses are compressed.

use axum::{extract::Request, middleware::Next, response::Response};
use http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header};
use tower_http::compression::{
    CompressionLayer,
    predicate::{DefaultPredicate, Predicate},
};

/// For answers without a page of ours: nothing may run.
const NOTHING_RUNS: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                            base-uri 'none'; frame-ancestors 'none'";

/// Marks an answer that shows a secret. Its length must not depend on what else is in it (BREACH), so it is sent as
/// it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShowsSecret;

/// The policies of a page whose scripts carry this nonce. There are two, and a script has to pass both: one with the
/// nonce may import from anywhere as far as the first is concerned, so the second holds it to Mintkey's own files.
pub(crate) fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none', \
         script-src 'self' 'wasm-unsafe-eval'"
    )
}

/// Adds the headers that a page hasn't set itself. All pages are a person's own: none is kept by a cache.
pub(crate) async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let defaults = [
        (header::CONTENT_SECURITY_POLICY, NOTHING_RUNS),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in defaults {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Compresses pages, but never one that shows a secret.
pub(crate) fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new().compress_when(DefaultPredicate::new().and(shows_no_secret))
}

fn shows_no_secret(_: StatusCode, _: Version, _: &HeaderMap, extensions: &Extensions) -> bool {
    extensions.get::<ShowsSecret>().is_none()
}
