//! Where a dialog was opened: what lies beneath it, and where it leads back to.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, Query},
    response::Response,
};
use http::request::Parts;
use leptos::prelude::AnyView;
use mintkey_domain::ServiceAccountId;
use serde::Deserialize;

use super::{
    LIST,
    detail::Detail,
    list::{Asked, List},
};
use crate::{
    error::Result,
    http::{Person, encode, flash, redirect},
};

/// The page that a dialog was opened from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Back {
    /// The list of service accounts.
    List,
    /// The page of one service account.
    Account(ServiceAccountId),
}

/// What lies beneath a dialog, ready to be shown.
pub(super) enum Beneath {
    /// The list.
    List(Box<List>),
    /// The page of one.
    Account(Box<Detail>),
}

impl Back {
    /// The address of the page.
    pub(super) fn href(self) -> String {
        match self {
            Self::List => LIST.to_owned(),
            Self::Account(id) => format!("{LIST}/{id}"),
        }
    }

    /// The address of an account's dialog that leads back here.
    pub(super) fn dialog(self, id: ServiceAccountId, name: &str) -> String {
        match self {
            Self::List => format!("{LIST}/{id}/{name}"),
            Self::Account(_) => format!("{LIST}/{id}/{name}?back={}", encode(&self.href())),
        }
    }

    /// Leads back, with a message for the page there.
    pub(super) fn done(self, person: &Person, message: &str) -> Response {
        let mut response = redirect(&self.href());
        flash(response.headers_mut(), message, person.visitor.console.secure);
        response
    }

    /// Reads what the page shows.
    pub(super) async fn load(self, person: &Person) -> Result<Beneath> {
        Ok(match self {
            Self::List => Beneath::List(Box::new(List::load(person, Asked::default()).await?)),
            Self::Account(id) => Beneath::Account(Box::new(Detail::load(person, id).await?)),
        })
    }

    fn parse(path: &str) -> Self {
        let id = path.strip_prefix(LIST).and_then(|rest| rest.strip_prefix('/')).and_then(|id| id.parse().ok());
        id.map_or(Self::List, Self::Account)
    }
}

impl Beneath {
    /// Shows it.
    pub(super) fn view(self) -> AnyView {
        match self {
            Self::List(list) => list.view(),
            Self::Account(detail) => detail.view(),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BackQuery {
    back: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Back {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> std::result::Result<Self, Infallible> {
        let asked = Query::<BackQuery>::from_request_parts(parts, state).await.unwrap_or_default();
        Ok(Self::parse(&asked.back))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialog_leads_back_to_the_page_of_its_account() {
        let path = "/settings/service-accounts/01a200c9-49e3-705e-8481-64f856f37e23";
        let Back::Account(id) = Back::parse(path) else { panic!("an account") };
        assert_eq!(Back::Account(id).href(), path);
        assert_eq!(Back::Account(id).dialog(id, "edit"), format!("{path}/edit?back={path}"));
        assert_eq!(Back::List.dialog(id, "edit"), format!("{path}/edit"));
    }

    #[test]
    fn anything_else_leads_back_to_the_list() {
        for path in ["", "/", LIST, "/settings/service-accounts/new", "https://elsewhere.example", "//elsewhere"] {
            assert_eq!(Back::parse(path), Back::List, "{path}");
        }
    }
}
