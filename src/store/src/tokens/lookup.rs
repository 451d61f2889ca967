//! Chooses the index to search first.
//!
//! With the filter's conditions alone, the database would scan all tokens to find a few. Therefore the most selective
//! condition is looked up in its own index. If even that matches many tokens, a page fills up quickly, and the list is
//! scanned in its order.

use mintkey_domain::{OrganizationId, SearchText, Timestamp, TokenKind, TokenStatus};
use uuid::Uuid;

use super::{TokenFilter, words::push_owners};
use crate::{
    StoreError,
    sql::{Runner, Sql, push_beginning, sql},
};

/// Counting stops at this number.
pub(super) const CAP: i64 = 10_000;
/// The number of search words that are tried, longest first.
const WORDS_TRIED: usize = 4;

/// A condition, and the number of tokens that it matches, up to [`CAP`] + 1.
pub(super) struct RarestLookup<'f> {
    pub(super) lookup: Lookup<'f>,
    pub(super) count: i64,
    /// Whether it is the filter's only condition.
    pub(super) is_only_condition: bool,
}

impl RarestLookup<'_> {
    /// Whether sorting all its matches is faster than scanning the list.
    pub(super) const fn is_rare(&self) -> bool {
        self.count <= CAP
    }
}

/// The most selective condition; `None` if no condition has its own index.
pub(super) async fn rarest<'f>(
    on: &mut impl Runner,
    organization: OrganizationId,
    filter: &'f TokenFilter,
) -> Result<Option<RarestLookup<'f>>, StoreError> {
    let lookups = lookups(filter);
    let plain = filter.owner_ids.is_none()
        && filter.status.is_none()
        && filter.expires_before.is_none()
        && filter.label.is_none()
        && !filter.not_invalidated;
    let is_only_condition = plain
        && match (lookups.as_slice(), filter.kind) {
            ([Lookup::RareKind(_)], Some(_)) | ([Lookup::Scope(_)], None) => true,
            ([search], None) => search.is_whole_search(),
            _ => false,
        };
    let mut rarest: Option<RarestLookup<'f>> = None;
    for lookup in lookups {
        let mut statement = sql("SELECT COUNT(*) AS value FROM (SELECT 1 FROM (");
        lookup.push(&mut statement, organization);
        statement.push(") AS found LIMIT ").push_bind(CAP + 1).push(") AS capped");
        let count = statement.scalar(on).await?;
        if rarest.as_ref().is_none_or(|least| count < least.count) {
            rarest = Some(RarestLookup { lookup, count, is_only_condition });
        }
    }
    Ok(rarest)
}

fn lookups(filter: &TokenFilter) -> Vec<Lookup<'_>> {
    let mut lookups = Vec::new();
    if let Some(search) = &filter.q {
        let mut words: Vec<&str> = search.words().iter().map(String::as_str).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let whole = words.len() == 1;
        words.truncate(WORDS_TRIED);
        lookups.extend(words.into_iter().map(|word| Lookup::Search { search, word, whole }));
    }
    lookups.extend(filter.scope.as_deref().map(Lookup::Scope));
    if let Some(end) = filter.expires_before {
        lookups.push(Lookup::Ending { after: filter.now, until: end });
    } else if filter.status == Some(TokenStatus::Expired) {
        lookups.push(Lookup::Ending { after: Timestamp::from_millis(i64::MIN), until: filter.now });
    }
    if filter.status == Some(TokenStatus::Invalidated) {
        lookups.push(Lookup::Invalidated);
    }
    lookups.extend(filter.kind.filter(|kind| *kind != TokenKind::ApiKey).map(Lookup::RareKind));
    // A single owner's tokens have an index in the order of the list.
    lookups.extend(filter.owner_ids.clone().filter(|owners| owners.len() != 1).map(Lookup::Owners));
    lookups
}

/// A condition that has its own index.
pub(super) enum Lookup<'f> {
    /// One word of the search, or the whole search as a key hint, an IP address or an ID.
    Search {
        search: &'f SearchText,
        word: &'f str,
        whole: bool,
    },
    Scope(&'f str),
    Ending {
        after: Timestamp,
        until: Timestamp,
    },
    Invalidated,
    RareKind(TokenKind),
    Owners(Vec<Uuid>),
}

impl Lookup<'_> {
    /// Whether it covers the whole search.
    pub(super) const fn is_whole_search(&self) -> bool {
        matches!(self, Self::Search { whole: true, .. })
    }

    /// Appends a query of the matching IDs without duplicates.
    pub(super) fn push(&self, statement: &mut Sql, organization: OrganizationId) {
        let from = |statement: &mut Sql, text: &'static str| {
            statement.push(text).push_bind(organization);
        };
        match self {
            Self::Search { search, word, .. } => {
                from(
                    statement,
                    "SELECT DISTINCT either.id FROM (SELECT token_id AS id FROM token_words WHERE organization_id = ",
                );
                push_beginning(statement, word);
                from(statement, " UNION ALL SELECT id FROM tokens WHERE organization_id = ");
                statement.push(" AND owner_id IN (");
                push_owners(statement, organization, word);
                statement.push(")");
                if let Some(hint) = search.key_hint() {
                    from(statement, " UNION ALL SELECT id FROM tokens WHERE organization_id = ");
                    statement.push(" AND key_hint = ").push_bind(hint);
                }
                if let Some(address) = search.address() {
                    from(statement, " UNION ALL SELECT id FROM tokens WHERE organization_id = ");
                    statement.push(" AND last_used_ip = ").push_bind(address.to_string());
                }
                if let Some(id) = search.id() {
                    from(statement, " UNION ALL SELECT id FROM tokens WHERE organization_id = ");
                    statement.push(" AND id = ").push_bind(id);
                }
                statement.push(") AS either");
            }
            Self::Scope(scope) => {
                from(statement, "SELECT token_id AS id FROM token_scopes WHERE organization_id = ");
                statement.push(" AND scope = ").push_bind(*scope);
            }
            Self::Ending { after, until } => {
                from(statement, "SELECT id FROM tokens WHERE organization_id = ");
                statement.push(" AND invalidated_at IS NULL AND expires_key > ");
                statement.push_bind(*after).push(" AND expires_key <= ").push_bind(*until);
            }
            Self::Invalidated => {
                from(statement, "SELECT id FROM tokens WHERE organization_id = ");
                statement.push(" AND invalidated_at IS NOT NULL");
            }
            Self::RareKind(kind) => {
                from(statement, "SELECT id FROM tokens WHERE organization_id = ");
                statement.push(" AND kind <> 'api_key' AND kind = ").push_bind(*kind);
            }
            Self::Owners(owners) => {
                from(statement, "SELECT id FROM tokens WHERE organization_id = ");
                statement.push(" AND owner_id IN ").push_list(owners);
            }
        }
    }
}
