//! Codes of one-time links. The code moves from the URL to a cookie on the first request. Only submitting the form
//! consumes it.

use axum::response::Response;
use http::StatusCode;
use leptos::prelude::*;
use serde::Deserialize;
use time::Duration;

use super::auth_layout::{self, Message};
use crate::web::{Visitor, cookie_value, delete_cookie, host, redirect, set_cookie};

const LIFETIME: Duration = Duration::minutes(30);

/// Query parameters of a one-time link's page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LinkQuery {
    /// The code, on the first request only.
    pub(super) code: Option<String>,
    /// Whether password fields show their text.
    pub(super) show: Option<String>,
}

/// The cookie that stores a link's code.
pub(super) struct CodeCookie {
    pub(super) name: &'static str,
    /// The path of the link's page, and of the cookie.
    pub(super) path: &'static str,
}

impl CodeCookie {
    /// Stores the code and redirects to the page without it. Strips punctuation that a mail client added around the
    /// link; codes have only letters and digits.
    pub(super) fn store(&self, visitor: &Visitor, code: &str) -> Response {
        let code = bare_code(code);
        let mut response = redirect(self.path);
        set_cookie(response.headers_mut(), self.name, code, self.path, LIFETIME, visitor.console.secure);
        response
    }

    /// Returns the code, or an empty string if there is none.
    pub(super) fn read(&self, visitor: &Visitor) -> String {
        cookie_value(&visitor.parts.headers, self.name).unwrap_or_default()
    }

    /// Whether the request has no code: the page was opened without its link, or the browser rejected the cookie.
    pub(super) fn is_missing(&self, visitor: &Visitor) -> bool {
        self.read(visitor).is_empty()
    }

    /// Deletes the cookie after its code was used.
    pub(super) fn drop(&self, response: &mut Response, visitor: &Visitor) {
        delete_cookie(response.headers_mut(), self.name, self.path, visitor.console.secure);
    }
}

/// Strips a full stop, bracket or comma that a mail client added around the link.
fn bare_code(code: &str) -> &str {
    code.trim_matches(|c: char| !c.is_ascii_alphanumeric())
}

/// Says that the request had no code, without calling the link invalid.
#[component]
fn NoCode(
    /// The host that must be allowed to set cookies.
    host: String,
) -> impl IntoView {
    let message = format!(
        "This page got no code. Open your link once more, exactly as you got it. If you just did, your browser refuses \
         cookies: allow them for {host}."
    );
    view! { <Message heading="Open your link again">{message}</Message> }
}

/// Shows a link's page when the request has no code.
pub(super) async fn show_no_code(visitor: &Visitor, title: &'static str) -> Response {
    let host = host(&visitor.console.public_url);
    auth_layout::show(visitor, StatusCode::NOT_FOUND, title, move || view! { <NoCode host/> }).await
}

#[cfg(test)]
mod tests {
    use super::bare_code;

    #[test]
    fn what_a_mail_puts_around_a_link_is_no_part_of_its_code() {
        for text in [
            "0aZ9",
            "0aZ9.",
            "0aZ9)",
            "0aZ9>",
            "0aZ9,",
            "0aZ9).",
            "<0aZ9>",
            " 0aZ9\r\n",
            "0aZ9\u{201d}",
            "0aZ9=",
            "0aZ9]*",
        ] {
            assert_eq!(bare_code(text), "0aZ9", "{text:?}");
        }
        assert_eq!(bare_code("0a-Z9"), "0a-Z9");
        assert_eq!(bare_code("..."), "");
    }
}
