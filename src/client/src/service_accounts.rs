//! Service accounts: `/api/v1/service-accounts`.

use futures_util::Stream;
use mintkey_domain::{
    Role, ServiceAccountId, ServiceAccountStatus, UserId,
    wire::{self, ListPage, ServiceAccount},
};
use reqwest::Method;
use serde::Serialize;

use crate::{Client, Page, Result, TokenFilter, transport::Request};

const PATH: &str = "/api/v1/service-accounts";

/// A service account to create.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewServiceAccount {
    /// Its name, which no other account of the organization has.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it may do; `member` if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The limit of what its credentials may do; all that its role may do if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_scopes: Option<Vec<String>>,
    /// The users who may create, edit and rotate its tokens.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub member_ids: Vec<UserId>,
}

/// Changes to a service account. A field that is `None` stays as it is.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ServiceAccountChanges {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is for; `Some(None)` removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Option<String>>,
    /// What it may do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The limit of what its credentials may do; `Some(None)` is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_scopes: Option<Option<Vec<String>>>,
    /// The users who may create, edit and rotate its tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_ids: Option<Vec<UserId>>,
    /// Whether to invalidate tokens that would gain permissions their creators couldn't grant.
    pub invalidate_tokens: bool,
}

/// Which service accounts to list. All by default, by name.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ServiceAccountFilter {
    /// Only accounts with this status.
    pub status: Option<ServiceAccountStatus>,
    /// Words of the name and the description; or the ID.
    pub q: Option<String>,
}

/// Requests about service accounts.
#[derive(Clone, Copy)]
pub struct ServiceAccounts<'a>(&'a Client);

impl Client {
    /// Requests about service accounts.
    pub fn service_accounts(&self) -> ServiceAccounts<'_> {
        ServiceAccounts(self)
    }
}

impl<'a> ServiceAccounts<'a> {
    /// One page of service accounts.
    pub async fn list(self, filter: &ServiceAccountFilter, page: &Page) -> Result<ListPage<ServiceAccount>> {
        self.0.list(PATH, filter, page).await
    }

    /// All service accounts that match.
    pub fn all(self, filter: ServiceAccountFilter) -> impl Stream<Item = Result<ServiceAccount>> + 'a {
        self.0.stream(PATH.to_owned(), filter)
    }

    /// Creates a service account, without tokens.
    pub async fn create(self, account: &NewServiceAccount) -> Result<ServiceAccount> {
        self.0.send(Request::new(Method::POST, PATH).json(account)).await
    }

    /// One service account.
    pub async fn get(self, id: ServiceAccountId) -> Result<ServiceAccount> {
        self.0.send(Request::new(Method::GET, format!("{PATH}/{id}"))).await
    }

    /// Changes a service account.
    ///
    /// # Errors
    /// `tokens_would_gain` if tokens would gain permissions, unless they are to be invalidated.
    pub async fn edit(self, id: ServiceAccountId, changes: &ServiceAccountChanges) -> Result<ServiceAccount> {
        self.0.send(Request::new(Method::PATCH, format!("{PATH}/{id}")).json(changes)).await
    }

    /// Stops all credentials of an account until it is activated.
    pub async fn suspend(self, id: ServiceAccountId) -> Result<ServiceAccount> {
        self.0.send(Request::new(Method::POST, format!("{PATH}/{id}/suspend"))).await
    }

    /// Lets the keys of a suspended account work again.
    pub async fn activate(self, id: ServiceAccountId) -> Result<ServiceAccount> {
        self.0.send(Request::new(Method::POST, format!("{PATH}/{id}/activate"))).await
    }

    /// Stops an account permanently and invalidates all its tokens. The record is kept.
    pub async fn decommission(self, id: ServiceAccountId) -> Result<()> {
        self.0.send_for_nothing(Request::new(Method::DELETE, format!("{PATH}/{id}"))).await
    }

    /// One page of an account's tokens.
    pub async fn tokens(
        self,
        id: ServiceAccountId,
        filter: &TokenFilter,
        page: &Page,
    ) -> Result<ListPage<wire::Token>> {
        self.0.list(&format!("{PATH}/{id}/tokens"), filter, page).await
    }
}
