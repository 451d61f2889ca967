//! Which of a request's cookies are this instance's own.
//!
//! A browser sends a host's cookies to every port and every application there. So the names of ours end in the port of
//! the public URL, if it has one, and the pages see no cookie but ours: others may hold any bytes, have the names that
//! ours have inside, and are neither read nor taken back. On https the names begin with `__Host-`: no other host of the
//! domain can plant a code, a message or a form here (RFC 6265bis section 4.1.3.2).

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderValue, header};
use mintkey_service::SessionCookie;

/// Each cookie's name inside the console, and outside in front of the port. The theme is written by the page's script as
/// well, and does no harm where instances share it.
const NAMES: [(&str, &str); 8] = [
    ("flash", "mintkey_flash"),
    ("mintkey_form", "mintkey_form"),
    ("mintkey_invite", "mintkey_invite"),
    ("mintkey_person", "mintkey_person"),
    ("mintkey_reset", "mintkey_reset"),
    ("mintkey_setup", "mintkey_setup"),
    ("mintkey_visitor", "mintkey_visitor"),
    ("theme", "theme"),
];

/// What makes browsers refuse a cookie from any other host, and without TLS.
const HOST_PREFIX: &str = "__Host-";

/// The names of this instance's cookies.
#[derive(Clone)]
pub(crate) struct OwnCookies {
    session: Arc<str>,
    /// Inside and outside.
    names: Arc<[(&'static str, String)]>,
}

impl OwnCookies {
    /// By the session cookie's name, which ends in the port if there is one.
    pub(crate) fn new(session: &str) -> Self {
        let port = session.rsplit_once('_').map(|(_, port)| port).filter(|port| port.parse::<u16>().is_ok());
        let prefix = if session.starts_with(HOST_PREFIX) { HOST_PREFIX } else { "" };
        let named = |(inside, outside): (&'static str, &str)| match port {
            _ if inside == "theme" => (inside, outside.to_owned()),
            Some(port) => (inside, format!("{prefix}{outside}_{port}")),
            None => (inside, format!("{prefix}{outside}")),
        };
        Self { session: session.into(), names: NAMES.map(named).into() }
    }

    /// Leaves only the own cookies in a request, one of each name, by the names that they have inside.
    fn read(&self, headers: &mut HeaderMap) {
        let mut kept: Vec<(&str, String)> = Vec::new();
        for line in headers.get_all(header::COOKIE) {
            for pair in line.as_bytes().split(|byte| *byte == b';') {
                let Some((name, value)) = self.own(pair) else { continue };
                if kept.iter().all(|(known, _)| *known != name) {
                    kept.push((name, value));
                }
            }
        }
        headers.remove(header::COOKIE);
        let line = kept.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        if let Ok(line) = HeaderValue::from_str(&line)
            && !kept.is_empty()
        {
            headers.insert(header::COOKIE, line);
        }
    }

    /// A cookie by its name inside (RFC 6265 section 5.4), if it is ours and can be a value of ours.
    fn own(&self, pair: &[u8]) -> Option<(&str, String)> {
        let (name, value) = std::str::from_utf8(pair.trim_ascii()).ok()?.split_once('=')?;
        let value = value.trim().trim_matches('"');
        if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
            // Never one that we have set; it would spoil the line of all the others.
            return None;
        }
        if name.trim_end() == &*self.session {
            // What can't be a session of ours must not be taken back as one.
            SessionCookie::parse(value)?;
            return Some((&self.session, value.to_owned()));
        }
        let (inside, _) = self.names.iter().find(|(_, outside)| outside == name.trim_end())?;
        Some((inside, value.to_owned()))
    }

    /// Gives the cookies of an answer the names that they have outside.
    fn write(&self, headers: &mut HeaderMap) {
        let lines: Vec<_> = headers.get_all(header::SET_COOKIE).iter().map(|line| self.renamed(line)).collect();
        headers.remove(header::SET_COOKIE);
        for line in lines {
            headers.append(header::SET_COOKIE, line);
        }
    }

    fn renamed(&self, line: &HeaderValue) -> HeaderValue {
        let renamed = line.to_str().ok().and_then(|line| {
            let (name, rest) = line.split_once('=')?;
            let (_, outside) = self.names.iter().find(|(inside, _)| *inside == name)?;
            let rest = if outside.starts_with(HOST_PREFIX) { for_whole_host(rest) } else { rest.to_owned() };
            HeaderValue::from_str(&format!("{outside}={rest}")).ok()
        });
        renamed.unwrap_or_else(|| line.clone())
    }
}

/// A cookie's value and attributes with the only path that the prefix allows.
fn for_whole_host(rest: &str) -> String {
    let path = |part| if str::starts_with(part, "Path=") { "Path=/" } else { part };
    rest.split("; ").map(path).collect::<Vec<_>>().join("; ")
}

/// The layer around everything that reads or sets a cookie.
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

    fn read(session: &str, lines: &[&[u8]]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        OwnCookies::new(session).read(&mut headers);
        let mut left = headers.get_all(header::COOKIE).iter();
        let text = left.next().map(|line| line.to_str().unwrap().to_owned()).unwrap_or_default();
        assert!(left.next().is_none());
        text
    }

    #[test]
    fn only_own_cookies_are_read_whatever_the_others_hold() {
        let name = "mintkey_session_8080";
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
            assert_eq!(read(name, &[line.as_bytes()]), own, "{line}");
        }
        let bytes: &[u8] = b"x=\xff\xfe";
        assert_eq!(read(name, &[bytes, own.as_bytes()]), own);
        assert_eq!(read(name, &[&[bytes, b"; ", own.as_bytes()].concat()]), own);
        assert_eq!(read(name, &[b"mintkey_flash_8080=hello; theme=dark; mintkey_flash=x"]), "flash=hello; theme=dark");
        let lines: [&[u8]; 1] = [b"mintkey_invite=planted; __Host-mintkey_invite=abc; __Host-mintkey_invite_8443=x"];
        assert_eq!(read("__Host-mintkey", &lines), "mintkey_invite=abc");
        assert_eq!(read(name, &[b"a=b"]), "");
    }

    #[test]
    fn an_answers_cookies_get_the_names_that_they_have_outside() {
        let mut headers = HeaderMap::new();
        for line in ["flash=hello; Path=/", "mintkey_session_8080=a; Path=/", "theme=dark", "mintkey_setup=; Max-Age=0"]
        {
            headers.append(header::SET_COOKIE, HeaderValue::from_static(line));
        }
        OwnCookies::new("mintkey_session_8080").write(&mut headers);
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
        OwnCookies::new("__Host-mintkey_8443").write(&mut secure);
        let expected = "__Host-mintkey_form_8443=Path%3D; Path=/; Max-Age=1800; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(secure[header::SET_COOKIE], expected);
        let mut none = HeaderMap::new();
        OwnCookies::new("mintkey_session").write(&mut none);
        assert!(none.is_empty());
    }
}
