//! The catalogue of scopes: `/api/v1/scopes`.

use futures_util::Stream;
use mintkey_domain::{
    ScopeId,
    wire::{ListPage, Scope},
};
use reqwest::Method;
use serde::Serialize;

use crate::{Client, Page, Result, transport::Request};

const PATH: &str = "/api/v1/scopes";

/// A scope to add to the catalogue.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewScope {
    /// Its name, which never changes: `plants.read`.
    pub name: String,
    /// What it allows, for people.
    pub description: String,
    /// Whether only administrators' credentials can hold it.
    pub admin_only: bool,
}

/// Changes to a scope. A field that is `None` stays as it is.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ScopeChanges {
    /// What it allows, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether only administrators' credentials can hold it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_only: Option<bool>,
}

/// Which entries of a list to show. All by default.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Search {
    /// Words of the entry's texts; or its ID.
    pub q: Option<String>,
}

/// Requests about the catalogue of scopes.
#[derive(Clone, Copy)]
pub struct Scopes<'a>(&'a Client);

impl Client {
    /// Requests about the catalogue of scopes.
    pub fn scopes(&self) -> Scopes<'_> {
        Scopes(self)
    }
}

impl<'a> Scopes<'a> {
    /// One page of the catalogue, by name.
    pub async fn list(self, search: &Search, page: &Page) -> Result<ListPage<Scope>> {
        self.0.list(PATH, search, page).await
    }

    /// All scopes that match.
    pub fn all(self, search: Search) -> impl Stream<Item = Result<Scope>> + 'a {
        self.0.stream(PATH.to_owned(), search)
    }

    /// Adds a scope.
    pub async fn create(self, scope: &NewScope) -> Result<Scope> {
        self.0.send(Request::new(Method::POST, PATH).json(scope)).await
    }

    /// One scope.
    pub async fn get(self, id: ScopeId) -> Result<Scope> {
        self.0.send(Request::new(Method::GET, format!("{PATH}/{id}"))).await
    }

    /// Changes a scope.
    pub async fn edit(self, id: ScopeId, changes: &ScopeChanges) -> Result<Scope> {
        self.0.send(Request::new(Method::PATCH, format!("{PATH}/{id}")).json(changes)).await
    }

    /// Removes a scope that no token holds.
    pub async fn delete(self, id: ScopeId) -> Result<()> {
        self.0.send_for_nothing(Request::new(Method::DELETE, format!("{PATH}/{id}"))).await
    }
}
