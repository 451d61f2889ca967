//! Lists and counts of tokens: of all owners for administrators and auditors, of their own for members.

use deserr::Deserr;
use mintkey_domain::{
    DAY, FieldErrors, Principal, SearchText, TokenKind, TokenSort, TokenSortField, TokenStatus, Ttl,
    request::{GrantText, Input, RequestErrors},
    scopes,
    wire::{self, Owner, TokenCounts},
};
use mintkey_store::{PageRequest, TokenFilter};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{Actor, Result, Service};

/// How long before its expiry a token counts as expiring soon, in milliseconds.
const SOON: i64 = 14 * DAY;
/// The maximum number of owners that a filter offers.
const MAX_OWNERS: u32 = 200;

/// Which tokens, in which order, which part of them.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[into_params(parameter_in = Query)]
pub struct TokenQuery {
    /// Only tokens that have this status now.
    #[deserr(default)]
    #[param(inline)]
    pub status: Option<TokenStatus>,
    /// Only active tokens that end within this time: `7d`.
    #[deserr(default)]
    #[param(inline)]
    pub expiring_within: Option<Ttl>,
    /// Only tokens of this user or service account.
    #[deserr(default)]
    pub owner_id: Option<Uuid>,
    /// Only tokens of this kind.
    #[deserr(default)]
    #[param(inline)]
    pub kind: Option<TokenKind>,
    /// Only tokens with exactly this scope: `plants.read`, `plants.*`, `*`.
    #[deserr(default, from(GrantText) = GrantText::filter)]
    #[param(inline, value_type = Option<GrantText>)]
    pub scope: Option<String>,
    /// The first letters of words of label and description, or words of the owner's name, in any spelling of case and
    /// composition; or the whole id, key hint (also its last four characters alone) or address of the last use.
    #[deserr(default)]
    pub q: Option<String>,
    /// The order; with `-` descending. `-created_at` if left out.
    #[deserr(default)]
    #[param(inline, required = false)]
    pub sort: TokenSort,
    /// Which part; read apart.
    #[deserr(skip)]
    #[param(ignore)]
    pub paging: Paging,
}

impl Input for TokenQuery {}

/// Selects a page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paging {
    /// By page number, from 1.
    Page {
        /// The page number.
        page: u32,
        /// Entries per page, 1 to 100.
        limit: u32,
    },
    /// After an earlier page: as fast for the last page as for the first.
    Cursor {
        /// The earlier page's `next_cursor`.
        cursor: String,
        /// Entries per page, 1 to 100.
        limit: u32,
    },
}

impl Default for Paging {
    fn default() -> Self {
        Self::Page { page: 1, limit: 20 }
    }
}

impl Service {
    /// A page of tokens.
    pub async fn list_tokens(&self, actor: &Actor, query: TokenQuery) -> Result<wire::ListPage<wire::Token>> {
        actor.require(scopes::TOKENS_READ)?;
        let filter = self.token_filter(actor, &query)?;
        let (page, number, limit) = match query.paging {
            Paging::Page { page, limit } => (PageRequest::Number { page, limit }, Some(page), limit),
            Paging::Cursor { cursor, limit } => (PageRequest::Cursor { cursor, limit }, None, limit),
        };
        let by_address = filter.q.as_ref().is_some_and(|q| q.address().is_some());
        if query.sort.field == TokenSortField::LastUsedAt || by_address {
            self.write_uses_for_reader(filter.now).await;
        }
        let result = self.store.tokens(actor.organization, &filter, query.sort, page).await?;
        Ok(wire::ListPage {
            data: self.views(result.tokens).await?,
            total: result.total,
            total_capped: result.total_capped,
            page: number,
            limit,
            next_cursor: result.next_cursor,
        })
    }

    /// The filter of the tokens that the actor has access to.
    pub(super) fn token_filter(&self, actor: &Actor, query: &TokenQuery) -> Result<TokenFilter> {
        let mut errors = FieldErrors::new();
        let q = SearchText::parse_query(query.q.as_deref(), &mut errors);
        errors.into_result()?;
        let now = self.environment.now();
        Ok(TokenFilter {
            owner_ids: match query.owner_id {
                Some(owner) if actor.role().can_access_all_owners() => Some(vec![owner]),
                Some(owner) => Some(actor.reached_owners().into_iter().flatten().filter(|id| *id == owner).collect()),
                None => actor.reached_owners(),
            },
            status: if query.expiring_within.is_some() { Some(TokenStatus::Active) } else { query.status },
            expires_before: query.expiring_within.map(|within| now.saturating_add(within.millis())),
            kind: query.kind,
            scope: query.scope.clone(),
            q,
            ..TokenFilter::all(now)
        })
    }

    /// The number of tokens by status that the actor has access to.
    pub async fn token_counts(&self, actor: &Actor) -> Result<TokenCounts> {
        actor.require(scopes::TOKENS_READ)?;
        let now = self.environment.now();
        let owners = actor.reached_owners();
        let soon = now.saturating_add(SOON);
        let counts = self.store.token_counts(actor.organization, owners.as_deref(), now, soon).await?;
        Ok(TokenCounts {
            total: counts.total,
            active: counts.active,
            expired: counts.expired,
            invalidated: counts.invalidated,
            expiring: counts.expiring,
        })
    }

    /// The owners whose tokens the actor has access to, for a list's filter, and whether there are more.
    pub async fn token_owners(&self, actor: &Actor) -> Result<(Vec<Owner>, bool)> {
        actor.require(scopes::TOKENS_READ)?;
        let mut owners = Vec::new();
        let mut ids = self.store.token_owner_ids(actor.organization, MAX_OWNERS + 1).await?;
        let more = ids.len() > MAX_OWNERS as usize && actor.role().can_access_all_owners();
        ids.truncate(MAX_OWNERS as usize);
        for (id, kind) in ids {
            let Some(principal) = Principal::new(kind, id).filter(|owner| actor.can_access(*owner)) else { continue };
            if let Some(known) = self.identities.owner(&self.store, actor.organization, principal).await? {
                let status = known.status.to_string();
                owners.push(Owner { kind, id, name: known.name.to_string(), status });
            }
        }
        owners.sort_by(|a, b| a.name.cmp(&b.name));
        Ok((owners, more))
    }
}
