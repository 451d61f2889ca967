//! The cookies of a request, and the names of this instance's cookies.

use std::sync::Arc;

use cookie::Cookie;
use http::{HeaderMap, HeaderValue, Uri, header};

/// With this prefix, browsers accept a cookie only over TLS and from its own host (RFC 6265bis section 4.1.3.2).
pub const HOST_PREFIX: &str = "__Host-";

/// The name of the session cookie, from which the names of the console's other cookies derive.
///
/// Browsers send a cookie to every port of its host, so the name includes the port of the public URL: otherwise two
/// instances on one host would sign each other out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionCookieName {
    name: Arc<str>,
    secure: bool,
    port: Option<u16>,
}

impl SessionCookieName {
    /// Derives the name from a public URL.
    pub fn new(public_url: &str) -> Self {
        let secure = public_url.starts_with("https://");
        let port = public_url.parse::<Uri>().ok().and_then(|uri| uri.port_u16());
        let name = named(if secure { "mintkey" } else { "mintkey_session" }, secure, port);
        Self { name: name.into(), secure, port }
    }

    /// The name as a string.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// The name of another cookie of this instance.
    pub fn sibling(&self, name: &str) -> String {
        named(name, self.secure, self.port)
    }

    /// The values under this name in a request.
    pub fn values<'h>(&self, headers: &'h HeaderMap) -> impl Iterator<Item = &'h str> {
        cookies(headers).filter(|(name, _)| *name == self.as_str()).map(|(_, value)| value)
    }
}

/// The names and values of a request's cookies (RFC 6265 section 5.4), without quotes around the values.
///
/// Other applications on the host may set cookies with any bytes: unreadable ones are skipped.
pub fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).into_iter().map(HeaderValue::as_bytes);
    lines.flat_map(|line| line.split(|byte| *byte == b';')).filter_map(|pair| {
        let cookie = Cookie::parse(std::str::from_utf8(pair).ok()?).ok()?;
        Some((cookie.name_raw()?, cookie.value_raw()?.trim_matches('"')))
    })
}

fn named(name: &str, secure: bool, port: Option<u16>) -> String {
    let prefix = if secure { HOST_PREFIX } else { "" };
    let port = port.map(|port| format!("_{port}")).unwrap_or_default();
    format!("{prefix}{name}{port}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_scheme_and_the_port() {
        for (url, name, sibling) in [
            ("https://mintkey.example.com", "__Host-mintkey", "__Host-a"),
            ("https://mintkey.example.com:8443", "__Host-mintkey_8443", "__Host-a_8443"),
            ("http://mintkey.example.com", "mintkey_session", "a"),
            ("http://127.0.0.1:8080", "mintkey_session_8080", "a_8080"),
            ("http://[::1]:8080", "mintkey_session_8080", "a_8080"),
        ] {
            let names = SessionCookieName::new(url);
            assert_eq!((names.as_str(), names.sibling("a").as_str()), (name, sibling), "{url}");
        }
    }

    fn values(lines: &[&[u8]]) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        SessionCookieName::new("http://127.0.0.1:8080").values(&headers).map(str::to_owned).collect()
    }

    #[test]
    fn a_cookie_is_found_among_others_that_hold_anything() {
        for line in [
            "theme=dark; mintkey_session_8080=a; x=y",
            "name=Jürgen; mintkey_session_8080=a",
            "mintkey_session_8080=a; name=Jürgen",
            "a=\"x=y\" ;; =; b ; mintkey_session_8080 = \"a\" ",
        ] {
            assert_eq!(values(&[line.as_bytes()]), ["a"], "{line}");
        }
        let bytes: &[u8] = b"x=\xff\xfe";
        let own: &[u8] = b"mintkey_session_8080=a";
        assert_eq!(values(&[bytes, own]), ["a"]);
        assert_eq!(values(&[&[bytes, b"; ", own].concat()]), ["a"]);
        assert_eq!(values(&[b"mintkey_session_8080=a; mintkey_session_8080=b"]), ["a", "b"]);
    }

    #[test]
    fn another_name_is_another_cookie() {
        for name in ["x_mintkey_session_8080", "mintkey_session_80801", "mintkey_session"] {
            assert!(values(&[format!("{name}=a").as_bytes()]).is_empty(), "{name}");
        }
    }
}
