//! Checks whether a browser sent a request from Mintkey's own pages, using tower-http's CSRF layer.
//!
//! It isn't installed as a layer because requests with a credential in a header skip it.

use std::{convert::Infallible, future::ready};

use http::{Request, Response, StatusCode, header, request::Parts};
use mintkey_domain::{ErrorCode, LogLimit, Problem, SEC_FETCH_SITE, Timestamp, header_for_people};
use mintkey_service::Error;
use tower::{Layer, ServiceExt, service_fn};
use tower_http::csrf::CsrfLayer;

/// The check for one public URL.
pub(crate) struct SameOrigin {
    layer: CsrfLayer,
    public_url: String,
    /// Limits the log lines, because unauthenticated clients can cause them.
    log_limit: LogLimit,
}

impl SameOrigin {
    /// Trusts the public URL as an origin. If it is invalid, only the request's `Host` is trusted.
    pub(crate) fn new(public_url: &str) -> Self {
        let layer = CsrfLayer::new().add_trusted_origin(public_url).unwrap_or_else(|_| CsrfLayer::new());
        Self { layer, public_url: public_url.to_owned(), log_limit: LogLimit::new() }
    }

    /// Refuses cross-site requests, except with safe methods, which have no effect.
    pub(crate) async fn check(&self, parts: &Parts, now: Timestamp) -> Result<(), Error> {
        if parts.method.is_safe() {
            return Ok(());
        }
        let mut question = Request::new(());
        question.method_mut().clone_from(&parts.method);
        question.uri_mut().clone_from(&parts.uri);
        for name in [header::HOST, header::ORIGIN, SEC_FETCH_SITE] {
            if let Some(value) = parts.headers.get(&name) {
                question.headers_mut().insert(name, value.clone());
            }
        }
        let pass = service_fn(|_: Request<()>| ready(Ok::<_, Infallible>(Response::new(()))));
        match self.layer.layer(pass).oneshot(question).await {
            Ok(answer) if answer.status() == StatusCode::OK => Ok(()),
            _ => Err(self.refusal(parts, now)),
        }
    }

    /// Creates the error with the expected origin, and logs the received one.
    fn refusal(&self, parts: &Parts, now: Timestamp) -> Error {
        let seen = |name| header_for_people(&parts.headers, name);
        let expected = &self.public_url;
        if parts.headers.contains_key(header::COOKIE) && self.log_limit.allows(now) {
            tracing::warn!(
                origin = ?seen(&header::ORIGIN), host = ?seen(&header::HOST),
                sec_fetch_site = ?seen(&SEC_FETCH_SITE), expected,
                "rejected a cross-origin request with a cookie"
            );
        }
        let detail = format!(
            "A browser sent this from another site with the console's cookie or a certificate. Expected was Origin: {expected}, or that of \
             the Host."
        );
        Problem::new(ErrorCode::CrossOrigin, detail).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn passes(lines: &[(&'static str, &'static str)]) -> bool {
        let mut request = Request::post("/api/v1/tokens").header("host", "10.0.0.7:8080");
        for (name, value) in lines {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        SameOrigin::new("https://mintkey.test").check(&parts, Timestamp::EPOCH).await.is_ok()
    }

    #[tokio::test]
    async fn own_pages_and_programs_pass() {
        assert!(passes(&[]).await);
        assert!(passes(&[("sec-fetch-site", "same-origin")]).await);
        assert!(passes(&[("sec-fetch-site", "none")]).await);
        assert!(passes(&[("origin", "http://10.0.0.7:8080")]).await);
        assert!(passes(&[("origin", "https://mintkey.test")]).await);
    }

    #[tokio::test]
    async fn other_sites_do_not_pass() {
        assert!(!passes(&[("sec-fetch-site", "cross-site")]).await);
        assert!(!passes(&[("sec-fetch-site", "same-site")]).await);
        assert!(!passes(&[("origin", "https://evil.test")]).await);
        assert!(!passes(&[("origin", "null")]).await);
        assert!(!passes(&[("origin", "http://10.0.0.7:8081")]).await);
    }
}
