//! Values of options.

use std::{collections::HashSet, str::FromStr};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use futures_util::TryStreamExt as _;
use mintkey_client::{
    Client, Error, Page, Search, ServiceAccountFilter, Timestamp, TokenId,
    wire::{Member, ServiceAccount},
};
use mintkey_domain::{ApiKey, Grant, Ttl};
use uuid::Uuid;

use crate::Failure;

/// Parses an ID.
pub(crate) fn id<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "expected an ID, such as 01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01".to_owned())
}

/// Parses a name of an enum, all of which are listed in the help text and in errors.
pub(crate) fn one_of<T>(names: impl IntoIterator<Item = &'static str>) -> impl TypedValueParser<Value = T>
where
    T: FromStr + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names).try_map(|text| text.parse::<T>().map_err(|_| "unknown name"))
}

/// The orders of a list of tokens.
pub(crate) const TOKEN_SORTS: [&str; 8] =
    ["created_at", "-created_at", "label", "-label", "expires_at", "-expires_at", "last_used_at", "-last_used_at"];

/// Parses a time.
pub(crate) fn time(text: &str) -> Result<Timestamp, String> {
    // A date is its first moment, in UTC.
    let time = text.parse().or_else(|_| format!("{text}T00:00:00Z").parse());
    time.map_err(|_| "expected a time such as 2027-01-31 or 2027-01-31T12:00:00Z".to_owned())
}

/// Parses a duration. It is sent as it was written.
pub(crate) fn duration(text: &str) -> Result<Ttl, String> {
    Ttl::parse(text).map_err(|_| "expected a time such as 60m, 72h, 90d, 2w or 1h30m".to_owned())
}

/// The scopes of words and options, each of which may have several, separated by commas.
pub(crate) fn scopes(texts: &[String]) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in texts.iter().flat_map(|text| text.split(',')).map(str::trim) {
        if !scope.is_empty() && !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    scopes
}

/// The token of an API key.
pub(crate) fn token_of(key: &str) -> Option<TokenId> {
    ApiKey::parse(key).map(|key| key.token_id)
}

/// The names of all scopes.
pub(crate) async fn scope_names(client: &Client) -> Result<HashSet<String>, Error> {
    client.scopes().all(Search::default()).map_ok(|scope| scope.name).try_collect().await
}

/// Names the first of these scopes that the catalogue doesn't have.
pub(crate) fn unknown_scope(scopes: &[String], names: &HashSet<String>) -> Option<String> {
    let is_known = |grant: &str| {
        names.contains(grant) || Grant::parse(grant).is_ok_and(|grant| names.iter().any(|name| grant.covers(name)))
    };
    let unknown = scopes.iter().find(|scope| !is_known(scope))?;
    Some(format!("there is no scope {unknown}: `mintkey scope list` shows them"))
}

/// Finds an owner: `me`, an ID, the name of a service account, or a member's e-mail address. `None` is the caller.
pub(crate) async fn owner(client: &Client, text: &str) -> Result<Option<Uuid>, Failure> {
    if text == "me" {
        return Ok(None);
    }
    if let Ok(id) = Uuid::try_parse(text) {
        return Ok(Some(id));
    }
    if text.contains('@') {
        let me = client.me().await?;
        if me.principal.name.eq_ignore_ascii_case(text) {
            return Ok(None);
        }
        return member(client, text).await.map(|member| Some(member.id.uuid()));
    }
    service_account(client, text).await.map(|account| Some(account.id.uuid()))
}

/// The ID of an owner, as [`owner`] finds it; of the caller, their own.
pub(crate) async fn owner_id(client: &Client, text: &str) -> Result<Uuid, Failure> {
    match owner(client, text).await? {
        Some(id) => Ok(id),
        None => Ok(client.me().await?.principal.id),
    }
}

/// Finds a member by their ID or their address.
pub(crate) async fn member(client: &Client, text: &str) -> Result<Member, Failure> {
    if let Ok(id) = text.parse() {
        return Ok(client.members().get(id).await?);
    }
    let found: Vec<_> = client.members().all(Search { q: Some(text.to_owned()) }).try_collect().await?;
    let member = found.into_iter().find(|member| member.email.eq_ignore_ascii_case(text));
    member.ok_or_else(|| Failure::Refused(format!("there is no member {text}: `mintkey member list` shows them")))
}

/// Finds a service account by its ID or its name.
pub(crate) async fn service_account(client: &Client, text: &str) -> Result<ServiceAccount, Failure> {
    if let Ok(id) = text.parse() {
        return Ok(client.service_accounts().get(id).await?);
    }
    let filter = ServiceAccountFilter { status: None, q: Some(text.to_owned()) };
    let page = Page { limit: Some(100), ..Page::default() };
    let found = client.service_accounts().list(&filter, &page).await?;
    let mut accounts: Vec<_> = found.data.into_iter().filter(|account| account.name == text).collect();
    match (accounts.pop(), accounts.is_empty()) {
        (Some(account), true) => Ok(account),
        (Some(_), false) => {
            Err(Failure::Refused(format!("several service accounts have the name {text}: give the ID")))
        }
        (None, _) => Err(Failure::Refused(format!(
            "there is no service account {text}: `mintkey service-account list` shows them"
        ))),
    }
}

/// `None` instead of an error if the caller may not see something.
pub(crate) fn if_allowed<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.refusal().is_some_and(|refusal| matches!(refusal.status, 403 | 404)) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_words_or_lists_without_repeats() {
        let texts = ["a.read,b.read", "a.read", " c.read ", ""].map(str::to_owned);
        assert_eq!(scopes(&texts), ["a.read", "b.read", "c.read"]);
    }
}
