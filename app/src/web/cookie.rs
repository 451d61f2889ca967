//! Cookies other than the session: the theme, the flash message, and one-time codes.

use http::{HeaderMap, HeaderValue, header};
use mintkey_domain::cookies;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use time::Duration;
use tower_sessions::cookie::{Cookie, CookieBuilder, SameSite};

/// The colour scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    /// The system's setting.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    const COOKIE: &'static str = "theme";

    /// Parses the value of the cookie or the form. Unknown values mean [`Theme::System`].
    pub(crate) fn parse(text: &str) -> Self {
        match text {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The value in the form and the cookie.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads the visitor's choice from the cookie.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        cookie_value(headers, Self::COOKIE).map_or(Self::System, |text| Self::parse(&text))
    }

    /// Stores the choice. The cookie isn't `HttpOnly`, because the page's script writes it, too.
    pub(crate) fn store(self, headers: &mut HeaderMap, secure: bool) {
        let cookie = build_cookie(Self::COOKIE, self.name(), "/", secure);
        append(headers, cookie.http_only(false).max_age(Duration::days(365)));
    }
}

const FLASH: &str = "mintkey_flash";

/// Stores a message for the page after a redirect. It is shown as text and must not contain a secret.
pub(crate) fn flash(headers: &mut HeaderMap, message: &str, secure: bool) {
    set_cookie(headers, FLASH, message, "/", Duration::MINUTE, secure);
}

/// The message from the previous page.
pub(crate) fn flashed(headers: &HeaderMap) -> Option<String> {
    cookie_value(headers, FLASH).filter(|message| !message.is_empty())
}

/// Deletes the message after it was shown.
pub(crate) fn delete_flash(headers: &mut HeaderMap, secure: bool) {
    delete_cookie(headers, FLASH, "/", secure);
}

/// Sets a cookie with a maximum age.
pub(crate) fn set_cookie(headers: &mut HeaderMap, name: &str, value: &str, path: &str, time: Duration, secure: bool) {
    append(headers, build_cookie(name, &encoded(value), path, secure).max_age(time));
}

/// Sets a cookie that lasts until the browser is closed.
pub(crate) fn set_transient_cookie(headers: &mut HeaderMap, name: &str, value: &str, path: &str, secure: bool) {
    append(headers, build_cookie(name, value, path, secure));
}

/// The length of a value in bytes, as encoded in its cookie.
pub(crate) fn encoded_length(value: &str) -> usize {
    utf8_percent_encode(value, NON_ALPHANUMERIC).map(str::len).sum()
}

/// Deletes a cookie that [`set_cookie`] set.
pub(crate) fn delete_cookie(headers: &mut HeaderMap, name: &str, path: &str, secure: bool) {
    append(headers, build_cookie(name, "", path, secure).max_age(Duration::ZERO));
}

/// The decoded value of a cookie.
pub(crate) fn cookie_value(headers: &HeaderMap, name: &str) -> Option<String> {
    let (_, value) = cookies(headers).find(|(known, _)| *known == name)?;
    percent_decode_str(value).decode_utf8().ok().map(Into::into)
}

/// A cookie that scripts can't read. It is `SameSite=Lax`: browsers don't send a strict cookie when the user follows a
/// link in webmail, and they don't send a lax one with a form from another site.
fn build_cookie<'c>(name: &'c str, value: &'c str, path: &'c str, secure: bool) -> CookieBuilder<'c> {
    Cookie::build((name, value)).path(path).http_only(true).same_site(SameSite::Lax).secure(secure)
}

fn encoded(value: &str) -> String {
    utf8_percent_encode(value, NON_ALPHANUMERIC).to_string()
}

fn append(headers: &mut HeaderMap, cookie: CookieBuilder<'_>) {
    if let Ok(line) = HeaderValue::from_str(&cookie.to_string()) {
        headers.append(header::SET_COOKIE, line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_back() {
        let mut answer = HeaderMap::new();
        flash(&mut answer, "“Plant 3; a=b” was deleted.", true);
        let cookie = answer[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60"));

        let mut next = HeaderMap::new();
        let pair = cookie.split(';').next().unwrap();
        next.insert(header::COOKIE, format!("other=1; {pair}").parse().unwrap());
        assert_eq!(flashed(&next).as_deref(), Some("“Plant 3; a=b” was deleted."));
        assert_eq!(cookie_value(&next, "theme"), None);
    }
}
