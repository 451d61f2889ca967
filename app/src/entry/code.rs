//! Codes of links that work once. A code leaves the address at once, into a cookie of its page; only the page's form
//! consumes it.

use axum::response::Response;
use serde::Deserialize;

use crate::http::{Visitor, cookie_value, forget, redirect, remember};

const HALF_AN_HOUR: u32 = 1800;

/// What the address of a link's page says.
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
    /// Keeps the code, and leads to the page without it.
    pub(super) fn keep(&self, visitor: &Visitor, code: &str) -> Response {
        let mut response = redirect(self.path);
        remember(response.headers_mut(), self.name, code, self.path, HALF_AN_HOUR, visitor.console.secure);
        response
    }

    /// The code; empty if there is none.
    pub(super) fn read(&self, visitor: &Visitor) -> String {
        cookie_value(&visitor.parts.headers, self.name).unwrap_or_default()
    }

    /// Forgets the code, which was used.
    pub(super) fn drop(&self, response: &mut Response, visitor: &Visitor) {
        forget(response.headers_mut(), self.name, self.path, visitor.console.secure);
    }
}
