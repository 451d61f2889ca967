//! One cookie's value (RFC 6265 section 5.4).

use http::{HeaderMap, header};

/// The first cookie of that name.
pub(super) fn value<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn read(lines: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_static(line));
        }
        value(&headers, "mintkey_session").map(str::to_owned)
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        assert_eq!(read(&["theme=dark; mintkey_session=abc; x=y"]).as_deref(), Some("abc"));
        assert_eq!(read(&["theme=dark", "mintkey_session=abc"]).as_deref(), Some("abc"));
    }

    #[test]
    fn a_longer_name_is_another_cookie() {
        assert_eq!(read(&["x_mintkey_session=abc; mintkey_session2=def; mintkey_session"]), None);
    }
}
