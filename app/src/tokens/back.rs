//! Where a dialog came from: what lies beneath it, and where it leads back to.

use axum::{
    Form,
    extract::{FromRequestParts, Query},
    response::Response,
};
use http::request::Parts;
use leptos::prelude::AnyView;
use mintkey_domain::{ServiceAccountId, TokenId, wire::Token};
use serde::Deserialize;

use super::{badge::is_rotating, detail::Detail, list::List, query::ListQuery};
use crate::{
    error::Result,
    http::{Person, encode, flash, redirect, same_origin},
    service_accounts,
    words::moment,
};

const LIST: &str = "/settings/tokens";
const ACCOUNTS: &str = "/settings/service-accounts/";

/// The page that a dialog was opened from: a list, a token's own page, or that of its owner.
#[derive(Debug, Clone)]
pub(crate) enum Back {
    /// A list of tokens.
    List(ListQuery),
    /// The page of one token.
    Token(TokenId),
    /// The page of one service account.
    Account(ServiceAccountId),
}

/// What lies beneath a dialog, ready to be shown.
pub(crate) enum Beneath {
    /// A list.
    List(Box<List>),
    /// A token's page.
    Token(Box<Detail>),
    /// A service account's page.
    Account(Box<service_accounts::Detail>),
}

impl Back {
    /// The address of the page.
    pub(crate) fn href(&self) -> String {
        match self {
            Self::List(query) => query.href(),
            Self::Token(id) => format!("{LIST}/{id}"),
            Self::Account(id) => format!("{ACCOUNTS}{id}"),
        }
    }

    /// The address of a token's dialog that leads back here.
    pub(crate) fn dialog(&self, id: TokenId, name: &str) -> String {
        self.with(format!("{LIST}/{id}/{name}"))
    }

    /// The address of the dialog for a new token that leads back here.
    pub(crate) fn dialog_for_new(&self) -> String {
        self.with(format!("{LIST}/new"))
    }

    /// The address of the dialog for a new token that begins as this one is.
    pub(crate) fn dialog_to_duplicate(&self, id: TokenId) -> String {
        let href = self.dialog_for_new();
        let mark = if href.contains('?') { '&' } else { '?' };
        format!("{href}{mark}copy={id}")
    }

    fn with(&self, path: String) -> String {
        let back = self.href();
        if back == LIST { path } else { format!("{path}?back={}", encode(&back)) }
    }

    /// Leads back, with a message for the page there.
    pub(crate) fn done(&self, message: &str, secure: bool) -> Response {
        let mut response = redirect(&self.href());
        flash(response.headers_mut(), message, secure);
        response
    }

    /// Reads what the page shows.
    pub(crate) async fn load(&self, person: &Person) -> Result<Beneath> {
        Ok(match self {
            Self::List(query) => Beneath::List(Box::new(List::load(person, query.clone()).await?)),
            Self::Token(id) => Beneath::Token(Box::new(Detail::load(person, *id).await?)),
            Self::Account(id) => Beneath::Account(Box::new(service_accounts::Detail::load(person, *id).await?)),
        })
    }

    fn parse(path: &str) -> Self {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let token = path.strip_prefix(LIST).and_then(|rest| rest.strip_prefix('/')).and_then(|id| id.parse().ok());
        let account = path.strip_prefix(ACCOUNTS).and_then(|id| id.parse().ok());
        match (token, account) {
            (Some(id), _) => Self::Token(id),
            (None, Some(id)) => Self::Account(id),
            (None, None) if path == LIST => Self::List(ListQuery::parse(query)),
            (None, None) => Self::List(ListQuery::default()),
        }
    }
}

impl Beneath {
    /// Shows it.
    pub(crate) fn view(self) -> AnyView {
        match self {
            Self::List(list) => list.view(),
            Self::Token(detail) => detail.view(),
            Self::Account(detail) => detail.view(),
        }
    }
}

/// What the dialog that showed a secret sends when it is closed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Closed {
    token: String,
}

/// The secret was saved, and its dialog closed: loading the page again sends no form again.
pub(crate) async fn saved(person: Person, Form(closed): Form<Closed>) -> Response {
    let mut response = redirect(&person.visitor.here);
    let Ok(id) = closed.token.parse() else { return response };
    // Without the token there is nothing to be said about it.
    if let Ok(token) = person.visitor.service().token(&person.actor, id).await {
        flash(response.headers_mut(), &what_it_means(&token), person.visitor.console.secure);
    }
    response
}

/// What was done to a token whose secret was shown, and what that means.
fn what_it_means(token: &Token) -> String {
    let label = &token.label;
    match (token.rotated_at, token.previous_secret_expires_at.filter(|_| is_rotating(token)), token.expires_at) {
        (Some(_), Some(end), _) => format!("{label} rotated. Both secrets work until {}.", moment(end.millis())),
        (Some(_), None, _) => format!("{label} rotated. The old secret no longer works."),
        (None, _, Some(end)) => format!("{label} created. It works until {}.", moment(end.millis())),
        (None, _, None) => format!("{label} created. It works until someone invalidates it."),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    back: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Back {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> std::result::Result<Self, Self::Rejection> {
        let asked = Query::<Asked>::from_request_parts(parts, state).await.unwrap_or_default();
        Ok(Self::parse(same_origin(&asked.back).unwrap_or(LIST)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialog_leads_back_to_where_it_was_opened() {
        let list = Back::parse("/settings/tokens?status=active&page=3");
        assert_eq!(list.href(), "/settings/tokens?status=active&page=3");
        assert_eq!(list.dialog_for_new(), "/settings/tokens/new?back=/settings/tokens%3Fstatus%3Dactive%26page%3D3");
        let token = Back::parse("/settings/tokens/01a200c9-49e3-705e-8481-64f856f37e23");
        assert!(matches!(token, Back::Token(_)));
        let account = "/settings/service-accounts/01a200c9-49e3-705e-8481-64f856f37e23";
        assert!(matches!(Back::parse(account), Back::Account(_)));
        assert_eq!(Back::parse(account).href(), account);
    }

    #[test]
    fn anything_else_leads_to_the_list() {
        for path in
            ["/settings/profile", "/settings/service-accounts/new", "/settings/tokens/new", "/", "/settings/tokensx"]
        {
            assert_eq!(Back::parse(path).href(), LIST, "{path}");
        }
        assert_eq!(Back::parse(LIST).dialog_for_new(), "/settings/tokens/new");
    }
}
