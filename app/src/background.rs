//! The page behind a dialog.

use leptos::prelude::*;

use crate::{
    error::Result,
    return_to::{ReturnTo, SERVICE_ACCOUNTS, TOKENS},
    service_accounts::{self, ServiceAccountPage, ServiceAccountsPage},
    tokens::{self, TokenPage, TokensPage},
    web::SignedIn,
};

/// The page that a dialog was opened from, ready to be rendered.
pub(crate) enum Background {
    Tokens(Box<tokens::List>),
    Token(Box<tokens::Detail>),
    ServiceAccounts(Box<service_accounts::List>),
    ServiceAccount(Box<service_accounts::Detail>),
}

impl Background {
    /// Loads the page.
    pub(crate) async fn load(person: &SignedIn, return_to: &ReturnTo) -> Result<Self> {
        let href = return_to.href();
        let (path, query) = href.split_once('?').unwrap_or((&href, ""));
        if let Some(rest) = path.strip_prefix(SERVICE_ACCOUNTS) {
            return Ok(match rest.strip_prefix('/').and_then(|id| id.parse().ok()) {
                Some(id) => Self::ServiceAccount(Box::new(service_accounts::Detail::load(person, id).await?)),
                None => Self::ServiceAccounts(Box::new(
                    service_accounts::List::load(person, service_accounts::Params::parse(query)).await?,
                )),
            });
        }
        let id = path.strip_prefix(TOKENS).and_then(|rest| rest.strip_prefix('/')).and_then(|id| id.parse().ok());
        Ok(match id {
            Some(id) => Self::Token(Box::new(tokens::Detail::load(person, id).await?)),
            None => Self::Tokens(Box::new(tokens::List::load(person, tokens::ListQuery::parse(query)).await?)),
        })
    }

    /// Renders it.
    pub(crate) fn view(self) -> AnyView {
        match self {
            Self::Tokens(list) => view! { <TokensPage list=*list/> }.into_any(),
            Self::Token(detail) => view! { <TokenPage detail=*detail/> }.into_any(),
            Self::ServiceAccounts(list) => view! { <ServiceAccountsPage list=*list/> }.into_any(),
            Self::ServiceAccount(detail) => view! { <ServiceAccountPage detail=*detail/> }.into_any(),
        }
    }
}
