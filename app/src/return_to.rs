//! The page to which a dialog returns.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, Query},
    response::Response,
};
use http::request::Parts;
use mintkey_domain::{ServiceAccountId, TokenId};
use serde::Deserialize;

use crate::web::{SignedIn, encode, same_origin};

/// The path of the token list.
pub(crate) const TOKENS: &str = "/settings/tokens";
/// The path of the service account list.
pub(crate) const SERVICE_ACCOUNTS: &str = "/settings/service-accounts";

/// The URL of the page that a dialog was opened from: one of the two lists, or a page below it. A dialog's URL has it
/// as the parameter `back`; the default is the list that the dialog belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReturnTo(String);

impl ReturnTo {
    /// The page at this path and query.
    pub(crate) fn new(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    /// The page of a token.
    pub(crate) fn token(id: TokenId) -> Self {
        Self(format!("{TOKENS}/{id}"))
    }

    /// The page of a service account.
    pub(crate) fn service_account(id: ServiceAccountId) -> Self {
        Self(format!("{SERVICE_ACCOUNTS}/{id}"))
    }

    pub(crate) fn href(&self) -> String {
        self.0.clone()
    }

    /// The URL of a token's dialog that leads back here.
    pub(crate) fn token_dialog(&self, id: TokenId, name: &str) -> String {
        self.dialog(&format!("{TOKENS}/{id}/{name}"))
    }

    /// The URL of a service account's dialog that leads back here.
    pub(crate) fn service_account_dialog(&self, id: ServiceAccountId, name: &str) -> String {
        self.dialog(&format!("{SERVICE_ACCOUNTS}/{id}/{name}"))
    }

    /// The URL of the dialog for a new token that leads back here.
    pub(crate) fn new_token_dialog(&self) -> String {
        self.dialog(&format!("{TOKENS}/new"))
    }

    /// Like [`Self::new_token_dialog`], with the values of this token.
    pub(crate) fn duplicate_dialog(&self, id: TokenId) -> String {
        let href = self.new_token_dialog();
        let separator = if href.contains('?') { '&' } else { '?' };
        format!("{href}{separator}copy={id}")
    }

    /// Redirects to the page with a message.
    pub(crate) fn redirect(&self, user: &SignedIn, message: &str) -> Response {
        user.visitor.redirect(&self.0, message)
    }

    fn dialog(&self, path: &str) -> String {
        if self.0 == list_of(path) { path.to_owned() } else { format!("{path}?back={}", encode(&self.0)) }
    }

    fn parse(dialog: &str, back: &str) -> Self {
        let known = |list| back.strip_prefix(list).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
        match same_origin(back) {
            Some(back) if known(TOKENS) || known(SERVICE_ACCOUNTS) => Self(back.to_owned()),
            _ => Self(list_of(dialog).to_owned()),
        }
    }
}

/// The list that a dialog belongs to.
fn list_of(dialog: &str) -> &'static str {
    if dialog.starts_with(SERVICE_ACCOUNTS) { SERVICE_ACCOUNTS } else { TOKENS }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Params {
    back: String,
}

impl<S: Send + Sync> FromRequestParts<S> for ReturnTo {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let params = Query::<Params>::from_request_parts(parts, state).await.unwrap_or_default();
        Ok(Self::parse(parts.uri.path(), &params.back))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01a200c9-49e3-705e-8481-64f856f37e23";

    #[test]
    fn a_dialog_leads_back_to_the_page_that_it_was_opened_from() {
        let list = ReturnTo::parse("/settings/tokens/new", "/settings/tokens?status=active&page=3");
        assert_eq!(list.href(), "/settings/tokens?status=active&page=3");
        assert_eq!(list.new_token_dialog(), "/settings/tokens/new?back=/settings/tokens%3Fstatus%3Dactive%26page%3D3");
        let account = ReturnTo::service_account(ID.parse().unwrap());
        assert_eq!(ReturnTo::parse("/settings/tokens/new", &account.href()), account);
        let edit = format!("/settings/service-accounts/{ID}/edit");
        assert_eq!(
            account.service_account_dialog(ID.parse().unwrap(), "edit"),
            format!("{edit}?back={}", account.href())
        );
        assert_eq!(ReturnTo::new(SERVICE_ACCOUNTS).service_account_dialog(ID.parse().unwrap(), "edit"), edit);
        assert_eq!(
            ReturnTo::new(TOKENS).duplicate_dialog(ID.parse().unwrap()),
            format!("/settings/tokens/new?copy={ID}")
        );
    }

    #[test]
    fn anything_else_leads_to_the_list_of_the_dialog() {
        for back in ["", "/", "/settings/profile", "/settings/tokensx", "//elsewhere", "https://elsewhere.example"] {
            assert_eq!(ReturnTo::parse("/settings/tokens/new", back).href(), TOKENS, "{back}");
            assert_eq!(ReturnTo::parse("/settings/service-accounts/new", back).href(), SERVICE_ACCOUNTS, "{back}");
        }
    }
}
