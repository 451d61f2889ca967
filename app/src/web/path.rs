//! Paths and IDs in URLs. The console redirects only to paths on its own origin.

use std::str::FromStr;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::error::{AppError, Result};

/// The characters to encode in a parameter's value.
const VALUE: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'&').add(b'+').add(b'<').add(b'>').add(b'=').add(b'?');

/// Returns the path if it stays on this origin: it starts with exactly one slash, and has nothing that browsers
/// rewrite, such as `..` segments (WHATWG URL, "double-dot URL path segment").
pub(crate) fn same_origin(path: &str) -> Option<&str> {
    let is_plain = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= 2000
        && !has_dot_segment(path)
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\' && b != b'"' && b != b'<' && b != b'>');
    is_plain.then_some(path)
}

fn has_dot_segment(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase().replace("%2e", ".");
    path.split('/').any(|segment| segment == "." || segment == "..")
}

/// Encodes a parameter's value.
pub(crate) fn encode(value: &str) -> String {
    utf8_percent_encode(value, VALUE).to_string()
}

/// Parses an ID from a URL or a form. An invalid ID is reported as not found, like an unknown one.
pub(crate) fn parse_id<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| AppError::not_found())
}

/// 303 See Other, the response after a form was processed (RFC 9110, section 15.4.4).
pub(crate) fn redirect(path: &str) -> Response {
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_origin_are_followed() {
        for path in ["/", "/settings/tokens?status=active&q=a%20b", "/settings/tokens/x/edit"] {
            assert_eq!(same_origin(path), Some(path));
        }
        for path in ["/settings/tokens/../audit.csv", "/a/%2E%2e/b", "/./a", "/.."] {
            assert_eq!(same_origin(path), None, "{path:?}");
        }
        assert!(same_origin("/settings/tokens?q=../a").is_some());
        for path in ["", "https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "/a b", "/a\n"] {
            assert_eq!(same_origin(path), None, "{path:?}");
        }
    }
}
