//! The page behind a dialog.

use leptos::prelude::*;

use crate::{
    error::Result,
    return_to::{ReturnTo, SERVICE_ACCOUNTS, TOKENS},
    service_accounts::{
        detail::{self as account, ServiceAccountPage},
        list::{self as accounts, ServiceAccountsPage},
        query::Params,
    },
    tokens::{
        detail::{self as token, TokenPage},
        list::{self as tokens, TokensPage},
        query::ListQuery,
    },
    web::SignedIn,
};

/// The page that a dialog was opened from, loaded and ready to render.
pub(crate) enum Background {
    Tokens(Box<tokens::List>),
    Token(Box<token::Detail>),
    ServiceAccounts(Box<accounts::List>),
    ServiceAccount(Box<account::Detail>),
}

impl Background {
    pub(crate) async fn load(user: &SignedIn, return_to: &ReturnTo) -> Result<Self> {
        let href = return_to.href();
        let (path, query) = href.split_once('?').unwrap_or((&href, ""));
        if let Some(rest) = path.strip_prefix(SERVICE_ACCOUNTS) {
            return Ok(match rest.strip_prefix('/').and_then(|id| id.parse().ok()) {
                Some(id) => Self::ServiceAccount(Box::new(account::Detail::load(user, id).await?)),
                None => Self::ServiceAccounts(Box::new(accounts::List::load(user, Params::parse(query)).await?)),
            });
        }
        let id = path.strip_prefix(TOKENS).and_then(|rest| rest.strip_prefix('/')).and_then(|id| id.parse().ok());
        Ok(match id {
            Some(id) => Self::Token(Box::new(token::Detail::load(user, id).await?)),
            None => Self::Tokens(Box::new(tokens::List::load(user, ListQuery::parse(query)).await?)),
        })
    }

    pub(crate) fn view(self) -> AnyView {
        match self {
            Self::Tokens(list) => view! { <TokensPage list=*list/> }.into_any(),
            Self::Token(detail) => view! { <TokenPage detail=*detail/> }.into_any(),
            Self::ServiceAccounts(list) => view! { <ServiceAccountsPage list=*list/> }.into_any(),
            Self::ServiceAccount(detail) => view! { <ServiceAccountPage detail=*detail/> }.into_any(),
        }
    }
}
