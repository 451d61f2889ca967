//! Finds the console's session cookie in a request.

use http::HeaderMap;
use mintkey_domain::SessionCookieName;
use mintkey_service::SessionCookie;

/// The first cookie of that name whose value has the form of a session.
pub(super) fn session<'h>(headers: &'h HeaderMap, name: &SessionCookieName) -> Option<&'h str> {
    name.values(headers).find(|value| SessionCookie::parse(value).is_some())
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header};

    use super::*;

    #[test]
    fn what_cannot_be_a_session_is_skipped() {
        let line = HeaderValue::from_static(
            "mintkey_session_8080=somebody else's; mintkey_session_8080=AAAAAAAAAAAAAAAAAAAAAA",
        );
        let headers = HeaderMap::from_iter([(header::COOKIE, line)]);
        let name = SessionCookieName::new("http://127.0.0.1:8080");
        assert_eq!(session(&headers, &name), Some("AAAAAAAAAAAAAAAAAAAAAA"));
    }
}
