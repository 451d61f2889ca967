//! Codes of links that work once. A code leaves the address at once, into a cookie of its page; only the page's form
//! consumes it.

use axum::response::Response;
use http::StatusCode;
use leptos::prelude::*;
use serde::Deserialize;
use time::Duration;

use super::auth_layout::{self, Message};
use crate::web::{Visitor, cookie_value, forget, host, redirect, remember};

const HALF_AN_HOUR: Duration = Duration::minutes(30);

/// The parameters of a link's page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LinkQuery {
    /// The code, at the first visit only.
    pub(super) code: Option<String>,
    /// Whether passwords are shown as they are typed.
    pub(super) show: Option<String>,
}

/// Where the code of a link is kept.
pub(super) struct CodeCookie {
    /// The cookie's name.
    pub(super) name: &'static str,
    /// The page of the link.
    pub(super) path: &'static str,
}

impl CodeCookie {
    /// Keeps the code, and leads to the page without it. What a mail has put around the link is no part of the code, which
    /// has letters and digits only.
    pub(super) fn keep(&self, visitor: &Visitor, code: &str) -> Response {
        let code = bare_code(code);
        let mut response = redirect(self.path);
        remember(response.headers_mut(), self.name, code, self.path, HALF_AN_HOUR, visitor.console.secure);
        response
    }

    /// The code; empty if there is none.
    pub(super) fn read(&self, visitor: &Visitor) -> String {
        cookie_value(&visitor.parts.headers, self.name).unwrap_or_default()
    }

    /// Whether the browser sent no code: the page was opened without its link, or the cookie didn't stick.
    pub(super) fn is_missing(&self, visitor: &Visitor) -> bool {
        self.read(visitor).is_empty()
    }

    /// Forgets the code, which was used.
    pub(super) fn drop(&self, response: &mut Response, visitor: &Visitor) {
        forget(response.headers_mut(), self.name, self.path, visitor.console.secure);
    }
}

/// The code without a full stop, a bracket or a comma that a mail has around its link.
fn bare_code(code: &str) -> &str {
    code.trim_matches(|c: char| !c.is_ascii_alphanumeric())
}

/// Says that the page got no code, which doesn't mean that the link is wrong.
#[component]
fn NoCode(
    /// The host that has to be allowed to set cookies.
    host: String,
) -> impl IntoView {
    let message = format!(
        "This page got no code. Open your link once more, exactly as you got it. If you just did, your browser refuses \
         cookies: allow them for {host}."
    );
    view! { <Message heading="Open your link again">{message}</Message> }
}

/// Shows the page of a link without a code.
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
