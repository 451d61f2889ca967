//! The console's cookie among all that a browser sends (RFC 6265 section 5.4).

use http::{HeaderMap, HeaderValue, header};
use mintkey_service::SessionCookie;

/// The first cookie of that name that can be a session of ours. Others on the line may be of other applications on this
/// host, and hold any bytes.
pub(super) fn session<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).into_iter().map(HeaderValue::as_bytes);
    let pairs = lines.flat_map(|line| line.split(|byte| *byte == b';')).filter_map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=')?;
        Some((pair[..at].trim_ascii(), pair[at + 1..].trim_ascii()))
    });
    let values =
        pairs.filter(|(key, _)| *key == name.as_bytes()).filter_map(|(_, value)| std::str::from_utf8(value).ok());
    values.map(|value| value.trim_matches('"')).find(|value| SessionCookie::parse(value).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "mintkey_session_8080";
    const OWN: &str = "mintkey_session_8080=AAAAAAAAAAAAAAAAAAAAAA";

    fn read(lines: &[&[u8]]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        session(&headers, NAME).map(str::to_owned)
    }

    #[test]
    fn a_session_is_found_among_cookies_that_hold_anything() {
        for line in [
            format!("theme=dark; {OWN}; x=y"),
            format!("name=Jürgen; {OWN}"),
            format!("{OWN}; name=Jürgen"),
            format!("a=\"x=y\" ;; =; b ; {NAME} = \"AAAAAAAAAAAAAAAAAAAAAA\" "),
            format!("{NAME}=somebody else's; {OWN}"),
        ] {
            assert_eq!(read(&[line.as_bytes()]).as_deref(), Some("AAAAAAAAAAAAAAAAAAAAAA"), "{line}");
        }
        let other: &[u8] = b"x=\xff\xfe";
        assert!(read(&[other, OWN.as_bytes()]).is_some());
        assert!(read(&[&[other, b"; ", OWN.as_bytes()].concat()]).is_some());
    }

    #[test]
    fn another_name_is_another_cookie() {
        for name in ["x_mintkey_session_8080", "mintkey_session_80801", "mintkey_session"] {
            assert_eq!(read(&[format!("{name}=AAAAAAAAAAAAAAAAAAAAAA; {NAME}").as_bytes()]), None, "{name}");
        }
    }
}
