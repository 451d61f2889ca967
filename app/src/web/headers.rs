//! Security headers of all console responses, and compression.

use axum::{extract::Request, middleware::Next, response::Response};
use http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header};
use tower_http::compression::{
    CompressionLayer,
    predicate::{DefaultPredicate, Predicate},
};

/// The policy of responses that aren't console pages: no scripts may run.
const NOTHING_RUNS: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                            base-uri 'none'; frame-ancestors 'none'";

/// Marks a response that shows a secret. It isn't compressed, because its length must not depend on its content
/// (BREACH).
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShowsSecret;

/// The policies of a page with this script nonce. A script must pass both: the first alone would let a script with the
/// nonce import from any origin, so the second restricts scripts to Mintkey's own files.
pub(crate) fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none', \
         script-src 'self' 'wasm-unsafe-eval'"
    )
}

/// Adds the headers that a page hasn't set. Pages are personal, so caches must not store them.
pub(crate) async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let defaults = [
        (header::CONTENT_SECURITY_POLICY, NOTHING_RUNS),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in defaults {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Removes what refuses an uncompressed page (`identity;q=0`, `*;q=0`) from `Accept-Encoding`, which a server may disregard
/// (RFC 9110 section 12.5.3). The compression layer would replace the status of a form that was carried out by 406.
pub(crate) async fn accept_uncompressed(mut request: Request, next: Next) -> Response {
    let headers = request.headers_mut();
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    let is_coding = |part: &&str| {
        let name = part.split(';').next().unwrap_or_default().trim_end();
        !name.eq_ignore_ascii_case("identity") && name != "*"
    };
    let codings: Vec<_> = lines.flat_map(|line| line.split(',')).map(str::trim).filter(is_coding).collect();
    let codings = HeaderValue::from_str(&codings.join(", ")).ok().filter(|codings| !codings.is_empty());
    headers.remove(header::ACCEPT_ENCODING);
    if let Some(codings) = codings {
        headers.insert(header::ACCEPT_ENCODING, codings);
    }
    next.run(request).await
}

/// Compresses pages, except those that show a secret.
pub(crate) fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new().compress_when(DefaultPredicate::new().and(shows_no_secret))
}

fn shows_no_secret(_: StatusCode, _: Version, _: &HeaderMap, extensions: &Extensions) -> bool {
    extensions.get::<ShowsSecret>().is_none()
}
