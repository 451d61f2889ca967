//! Pages of tokens, by number or by cursor.

use mintkey_domain::{OrganizationId, TokenSort, TokenSortField, TokenStatus};

use super::{
    Token, TokenFilter, counts,
    cursor::{Cursor, column},
    find,
    lookup::{self, CAP, Lookup, RarestLookup},
};
use crate::{
    Store, StoreError,
    sql::{FromRow, Runner, Sql, readable, sql},
};

/// Selects a page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageRequest {
    /// A page by its number, from 1. Later pages take longer.
    Number {
        /// The page number.
        page: u32,
        /// Rows per page.
        limit: u32,
    },
    /// The rows after another page.
    Cursor {
        /// That page's [`TokenPage::next_cursor`].
        cursor: String,
        /// Rows per page.
        limit: u32,
    },
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPage {
    /// The tokens, in order.
    pub tokens: Vec<Token>,
    /// The number of tokens on all pages.
    pub total: i64,
    /// Whether `total` is a lower bound: counting a filtered list stops at 10,000.
    pub total_capped: bool,
    /// The cursor of the next page; `None` on the last.
    pub next_cursor: Option<String>,
}

impl Store {
    /// A page of the organization's tokens. [`StoreError::InvalidCursor`] if the cursor is from another order.
    pub async fn tokens(
        &self,
        organization: OrganizationId,
        filter: &TokenFilter,
        sort: TokenSort,
        page: PageRequest,
    ) -> Result<TokenPage, StoreError> {
        let (offset, limit, cursor) = match page {
            PageRequest::Number { page, limit } => (i64::from(page.saturating_sub(1)) * i64::from(limit), limit, None),
            PageRequest::Cursor { cursor, limit } => (0, limit, Some(Cursor::read(&cursor, sort)?)),
        };
        let mut reader = self.reader().await?;
        let on = &mut reader;
        let rarest = lookup::rarest(on, organization, filter).await?;
        let (total, total_capped) = total(on, organization, filter, rarest.as_ref()).await?;
        let first = rarest.filter(RarestLookup::is_rare).map(|rarest| rarest.lookup);
        let mut statement = rows(organization, filter, first.as_ref(), sort, cursor);
        statement.push(" LIMIT ").push_bind(i64::from(limit) + 1).push(" OFFSET ").push_bind(offset);
        let (rows, more) = statement.page(limit, on).await?;
        let mut tokens = readable(&rows, Token::from_row)?;
        find::fill_in(on, &mut tokens).await?;
        let mut cursors = rows.iter().rev().filter_map(|row| Cursor::after(row, sort).ok());
        let next_cursor = if more { cursors.next() } else { None };
        Ok(TokenPage { tokens, total, total_capped, next_cursor })
    }
}

/// The rows of a list in its order, starting after a cursor.
pub(super) fn rows(
    organization: OrganizationId,
    filter: &TokenFilter,
    first: Option<&Lookup<'_>>,
    sort: TokenSort,
    after: Option<Cursor>,
) -> Sql {
    let mut statement = sql("SELECT t.*");
    filter.push(&mut statement, organization, first);
    let column = column(sort.field);
    if let Some(Cursor { key, id }) = after {
        statement.push(" AND (t.").push(column).push(", t.id) ");
        statement.push(if sort.descending { "< (" } else { "> (" });
        statement.push_bind(key).push(", ").push_bind(id).push(")");
    } else if sort.field == TokenSortField::ExpiresAt && filter.status == Some(TokenStatus::Active) {
        // Starts after the expired tokens instead of scanning them.
        statement.push(" AND t.expires_key > ").push_bind(filter.now);
    }
    let direction = if sort.descending { " DESC" } else { "" };
    statement.push(" ORDER BY t.").push(column).push(direction).push(", t.id").push(direction);
    statement
}

/// The number of tokens that match, and whether it is capped; uses the maintained counts where possible.
async fn total(
    on: &mut impl Runner,
    organization: OrganizationId,
    filter: &TokenFilter,
    rarest: Option<&RarestLookup<'_>>,
) -> Result<(i64, bool), StoreError> {
    if filter.needs_counting() {
        let count = match rarest {
            Some(rarest) if rarest.is_only_condition => rarest.count,
            _ => {
                let mut statement = sql("SELECT COUNT(*) AS value FROM (SELECT 1");
                filter.push(&mut statement, organization, rarest.map(|rarest| &rarest.lookup));
                statement.push(" LIMIT ").push_bind(CAP + 1).push(") AS capped");
                statement.scalar(on).await?
            }
        };
        return Ok((count.min(CAP), count > CAP));
    }
    let owners = &filter.owner_ids;
    if filter.status.is_none() && filter.expires_before.is_none() {
        return Ok((counts::total(on, organization, owners.as_deref()).await?, false));
    }
    let soon = filter.expires_before.unwrap_or(filter.now);
    let counts = counts::of(on, organization, owners.as_deref(), filter.now, soon).await?;
    let count = match filter.status {
        None => counts.expiring,
        Some(TokenStatus::Active) => counts.active,
        Some(TokenStatus::Expired) => counts.expired,
        Some(TokenStatus::Invalidated) => counts.invalidated,
    };
    Ok((count, false))
}
