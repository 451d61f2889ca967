//! Selects this instance's own cookies in a request.
//!
//! Browsers send a host's cookies to all its ports and applications. So the names of this instance's cookies end with
//! the public URL's port, if it has one, and pages see no other cookies: those may contain any bytes or use the
//! internal names, and are neither read nor deleted. On https the names start with `__Host-`, so that other hosts of
//! the domain can't plant a code, a message or a form (RFC 6265bis section 4.1.3.2).

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderValue, header};
use mintkey_domain::{HOST_PREFIX, SessionCookieName, cookies};
use mintkey_service::SessionCookie;
use tower_sessions::cookie::Cookie;

/// Internal names of the console's cookies. The theme keeps its external name, because the page's script writes it, too;
/// sharing it between instances is harmless.
const NAMES: [&str; 7] = [
    "mintkey_flash",
    "mintkey_form",
    "mintkey_invite",
    "mintkey_person",
    "mintkey_reset",
    "mintkey_setup",
    "mintkey_visitor",
];
const THEME: &str = "theme";

/// The names of this instance's cookies.
#[derive(Clone)]
pub(crate) struct OwnCookies {
    session: SessionCookieName,
    /// Internal and external names.
    names: Arc<[(&'static str, String)]>,
}

impl OwnCookies {
    /// Derives the external names from the session cookie's name.
    pub(crate) fn new(session: SessionCookieName) -> Self {
        let names = NAMES.map(|name| (name, session.sibling(name))).into();
        Self { session, names }
    }

    /// Reduces a request's cookies to the instance's own, one of each name, under their internal names.
    fn read(&self, headers: &mut HeaderMap) {
        let mut kept: Vec<(&str, &str)> = Vec::new();
        for (name, value) in cookies(headers).filter_map(|cookie| self.instance_cookie(cookie)) {
            if kept.iter().all(|(known, _)| *known != name) {
                kept.push((name, value));
            }
        }
        let line = kept.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        headers.remove(header::COOKIE);
        if let Ok(line) = HeaderValue::from_str(&line)
            && !line.is_empty()
        {
            headers.insert(header::COOKIE, line);
        }
    }

    /// The cookie under its internal name, if it is this instance's and its value is valid.
    fn instance_cookie<'c>(&'c self, (name, value): (&'c str, &'c str)) -> Option<(&'c str, &'c str)> {
        if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
            // Mintkey never sets such a value, and it would make the whole header invalid.
            return None;
        }
        if name == self.session.as_str() {
            // The session layer would delete a value that can't be a session ID, although it isn't ours.
            SessionCookie::parse(value)?;
            return Some((name, value));
        }
        if name == THEME {
            return Some((name, value));
        }
        let (internal, _) = self.names.iter().find(|(_, external)| external == name)?;
        Some((internal, value))
    }

    /// Gives the cookies of a response their external names.
    fn write(&self, headers: &mut HeaderMap) {
        let lines: Vec<_> = headers.get_all(header::SET_COOKIE).iter().map(|line| self.renamed(line)).collect();
        headers.remove(header::SET_COOKIE);
        for line in lines {
            headers.append(header::SET_COOKIE, line);
        }
    }

    fn renamed(&self, line: &HeaderValue) -> HeaderValue {
        let renamed = line.to_str().ok().and_then(|line| {
            let mut cookie = Cookie::parse(line).ok()?;
            let (_, external) = self.names.iter().find(|(internal, _)| *internal == cookie.name())?;
            cookie.set_name(external);
            if external.starts_with(HOST_PREFIX) {
                // The `__Host-` prefix requires this path.
                cookie.set_path("/");
            }
            HeaderValue::from_str(&cookie.to_string()).ok()
        });
        renamed.unwrap_or_else(|| line.clone())
    }
}

/// Middleware around all handlers that read or set cookies.
pub(crate) async fn own_cookies(State(own): State<OwnCookies>, mut request: Request, next: Next) -> Response {
    own.read(request.headers_mut());
    let mut response = next.run(request).await;
    own.write(response.headers_mut());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: &str = "AAAAAAAAAAAAAAAAAAAAAA";

    fn own(url: &str) -> OwnCookies {
        OwnCookies::new(SessionCookieName::new(url))
    }

    fn read(url: &str, lines: &[&[u8]]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        own(url).read(&mut headers);
        let mut left = headers.get_all(header::COOKIE).iter();
        let text = left.next().map(|line| line.to_str().unwrap().to_owned()).unwrap_or_default();
        assert!(left.next().is_none());
        text
    }

    #[test]
    fn only_own_cookies_are_read_whatever_the_others_hold() {
        let (url, name) = ("http://127.0.0.1:8080", "mintkey_session_8080");
        let own = format!("{name}={SESSION}");
        for line in [
            own.clone(),
            format!("name=Jürgen; {own}"),
            format!("{own}; name=Jürgen"),
            format!("theme=dünkel; {own}; mintkey_flash_8080=a b"),
            format!("flash=theirs; mintkey_session=x; {name} = \"{SESSION}\" ;;=;b"),
            format!("mintkey_session={SESSION}; mintkey_session_8081={SESSION}; {own}"),
            format!("{name}=somebody else's; {own}; {name}=BAAAAAAAAAAAAAAAAAAAAA"),
        ] {
            assert_eq!(read(url, &[line.as_bytes()]), own, "{line}");
        }
        let bytes: &[u8] = b"x=\xff\xfe";
        assert_eq!(read(url, &[bytes, own.as_bytes()]), own);
        assert_eq!(read(url, &[&[bytes, b"; ", own.as_bytes()].concat()]), own);
        assert_eq!(
            read(url, &[b"mintkey_flash_8080=hello; theme=dark; mintkey_flash=x"]),
            "mintkey_flash=hello; theme=dark"
        );
        let lines: [&[u8]; 1] = [b"mintkey_invite=planted; __Host-mintkey_invite=abc; __Host-mintkey_invite_8443=x"];
        assert_eq!(read("https://mintkey.test", &lines), "mintkey_invite=abc");
        assert_eq!(read(url, &[b"a=b"]), "");
    }

    #[test]
    fn an_answers_cookies_get_the_names_that_they_have_outside() {
        let mut headers = HeaderMap::new();
        for line in
            ["mintkey_flash=hello; Path=/", "mintkey_session_8080=a; Path=/", "theme=dark", "mintkey_setup=; Max-Age=0"]
        {
            headers.append(header::SET_COOKIE, HeaderValue::from_static(line));
        }
        own("http://127.0.0.1:8080").write(&mut headers);
        let lines: Vec<_> = headers.get_all(header::SET_COOKIE).iter().map(|line| line.to_str().unwrap()).collect();
        let expected = [
            "mintkey_flash_8080=hello; Path=/",
            "mintkey_session_8080=a; Path=/",
            "theme=dark",
            "mintkey_setup_8080=; Max-Age=0",
        ];
        assert_eq!(lines, expected);
        let mut secure = HeaderMap::new();
        let line = "mintkey_form=Path%3D; Path=/login; Max-Age=1800; HttpOnly; SameSite=Lax; Secure";
        secure.append(header::SET_COOKIE, HeaderValue::from_static(line));
        own("https://mintkey.test:8443").write(&mut secure);
        let expected = "__Host-mintkey_form_8443=Path%3D; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=1800";
        assert_eq!(secure[header::SET_COOKIE], expected);
        let mut none = HeaderMap::new();
        own("http://mintkey.test").write(&mut none);
        assert!(none.is_empty());
    }
}
