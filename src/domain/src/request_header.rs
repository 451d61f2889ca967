//! Request headers that both the API and the console read.

use http::{HeaderMap, HeaderName};

use crate::contains_secret;

/// The origin of a request according to the browser: `same-origin`, `same-site`, `cross-site` or `none`.
pub const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// A header's value for display: without secrets, on one line, and truncated.
pub fn header_for_people(headers: &HeaderMap, name: &HeaderName) -> String {
    let Some(value) = headers.get(name) else { return "none".to_owned() };
    let text = String::from_utf8_lossy(value.as_bytes());
    if contains_secret(&text) {
        return "a secret".to_owned();
    }
    text.chars().filter(|c| !c.is_control()).take(100).collect()
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header::ORIGIN};

    use super::*;

    fn for_people(value: &[u8]) -> String {
        let headers = HeaderMap::from_iter([(ORIGIN, HeaderValue::from_bytes(value).unwrap())]);
        header_for_people(&headers, &ORIGIN)
    }

    #[test]
    fn a_header_is_shown_short_and_without_a_secret() {
        assert_eq!(header_for_people(&HeaderMap::new(), &ORIGIN), "none");
        assert_eq!(for_people(b"https://evil.test"), "https://evil.test");
        assert_eq!(for_people(b"a\tb\xff"), "ab\u{fffd}");
        assert_eq!(for_people(&[b'a'; 500]).len(), 100);
    }
}
