//! The small cookies beside the session: the theme, a message for the next page, one-time codes.

use http::{HeaderMap, HeaderValue, header};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The colour scheme that a person has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    /// The system's.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    const COOKIE: &'static str = "theme";
    const ONE_YEAR: u32 = 31_536_000;

    /// From the cookie or the form.
    pub(crate) fn parse(text: &str) -> Self {
        match text {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// Its name in the form and the cookie.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What the visitor has chosen.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        cookie_value(headers, Self::COOKIE).map_or(Self::System, |text| Self::parse(&text))
    }

    /// Keeps the choice. The page's script may write this cookie too, so it isn't `HttpOnly`.
    pub(crate) fn keep(self, headers: &mut HeaderMap, secure: bool) {
        let attributes = format!("Path=/; Max-Age={}; SameSite=Lax{}", Self::ONE_YEAR, only_https(secure));
        append(headers, Self::COOKIE, self.name(), &attributes);
    }
}

/// Leaves a message for the page that follows a redirect. It is shown as text and holds no secret.
pub(crate) fn flash(headers: &mut HeaderMap, message: &str, secure: bool) {
    remember(headers, "flash", message, "/", 60, secure);
}

/// Keeps a value for this number of seconds, as an `HttpOnly` cookie.
///
/// The cookie is lax: browsers wouldn't send a strict one with a link in webmail, and they never send a lax one with a
/// form of another site.
pub(crate) fn remember(headers: &mut HeaderMap, name: &str, value: &str, path: &str, seconds: u32, secure: bool) {
    let value = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
    let attributes = format!("Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{}", only_https(secure));
    append(headers, name, &value, &attributes);
}

/// Keeps a value until the browser is closed.
pub(crate) fn remember_while_open(headers: &mut HeaderMap, name: &str, value: &str, path: &str, secure: bool) {
    append(headers, name, value, &format!("Path={path}; HttpOnly; SameSite=Lax{}", only_https(secure)));
}

/// The number of bytes that a value takes in its cookie.
pub(crate) fn encoded_length(value: &str) -> usize {
    utf8_percent_encode(value, NON_ALPHANUMERIC).map(str::len).sum()
}

/// Removes a cookie that [`remember`] has set.
pub(crate) fn forget(headers: &mut HeaderMap, name: &str, path: &str, secure: bool) {
    let attributes = format!("Path={path}; Max-Age=0; HttpOnly; SameSite=Lax{}", only_https(secure));
    append(headers, name, "", &attributes);
}

/// The value of a cookie, decoded.
pub(crate) fn cookie_value(headers: &HeaderMap, name: &str) -> Option<String> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(key, _)| *key == name)?;
    percent_decode_str(value).decode_utf8().ok().map(Into::into)
}

fn append(headers: &mut HeaderMap, name: &str, value: &str, attributes: &str) {
    if let Ok(cookie) = HeaderValue::from_str(&format!("{name}={value}; {attributes}")) {
        headers.append(header::SET_COOKIE, cookie);
    }
}

const fn only_https(secure: bool) -> &'static str {
    if secure { "; Secure" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_comes_back() {
        let mut answer = HeaderMap::new();
        flash(&mut answer, "“Plant 3; a=b” was deleted.", true);
        let cookie = answer[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.ends_with("; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"));

        let mut next = HeaderMap::new();
        let pair = cookie.split(';').next().unwrap();
        next.insert(header::COOKIE, format!("other=1; {pair}").parse().unwrap());
        assert_eq!(cookie_value(&next, "flash").as_deref(), Some("“Plant 3; a=b” was deleted."));
        assert_eq!(cookie_value(&next, "theme"), None);
    }
}
