//! Query parameters of the token list: filters, sort order and page number.

use mintkey_domain::{TokenSort, TokenSortField, TokenStatus, Ttl};
use mintkey_service::{Paging, TokenQuery};
use serde::{Deserialize, Serialize};

use crate::web::{DUPLICATE_PARAMETER, searchable, validation_messages};

/// Page size.
pub(crate) const PAGE: u32 = 20;
/// A token expires soon if it expires within this number of days.
pub(crate) const SOON_DAYS: i64 = 14;

/// Query parameters of the list. Invalid values are ignored, and the page says so, because users edit URLs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    /// The tab: `active`, `expiring`, `expired` or `invalidated`; empty for all.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) status: String,
    /// The search text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) q: String,
    /// The owner's ID.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) owner: String,
    /// The scope's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) scope: String,
    /// The sort order as in the JSON API, such as `label` or `-last_used_at`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) sort: String,
    /// The page number, from 1.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) page: String,
    /// Whether nothing could be parsed because a parameter occurs twice.
    #[serde(skip)]
    is_unreadable: bool,
}

impl ListQuery {
    /// Parses a query string, without the question mark.
    pub(crate) fn parse(query: &str) -> Self {
        serde_urlencoded::from_str(query).unwrap_or_else(|_| Self { is_unreadable: true, ..Self::default() })
    }

    /// One sentence for each ignored value, which says what was expected.
    pub(super) fn validation_messages(&self) -> Vec<&'static str> {
        let given = |text: &str, is_read: bool| !text.is_empty() && !is_read;
        let status = self.status == "expiring" || self.status.parse::<TokenStatus>().is_ok();
        validation_messages([
            (self.is_unreadable, DUPLICATE_PARAMETER),
            (given(&self.status, status), "The status was ignored: it is active, expiring, expired or invalidated."),
            (
                given(&self.owner, self.owner.parse::<uuid::Uuid>().is_ok()),
                "The filter \"Owner\" was ignored: the address must have an id.",
            ),
            (
                given(&self.sort, self.sort.parse::<TokenSort>().is_ok()),
                "The order was ignored: it is label, created_at, expires_at or last_used_at, with - in front for the \
                 other way.",
            ),
            (
                given(&self.page, self.page.parse::<u32>().is_ok_and(|page| page > 0)),
                "The page was ignored: it is a number from 1.",
            ),
        ])
    }

    /// The URL of this list.
    pub(crate) fn href(&self) -> String {
        match serde_urlencoded::to_string(self) {
            Ok(query) if !query.is_empty() => format!("/settings/tokens?{query}"),
            _ => "/settings/tokens".to_owned(),
        }
    }

    /// The first page of the same list under another tab.
    pub(crate) fn tab(&self, status: &str) -> Self {
        Self { status: status.to_owned(), page: String::new(), ..self.clone() }
    }

    /// The same tab without search and filters.
    pub(crate) fn tab_only(&self) -> Self {
        Self { status: self.status.clone(), ..Self::default() }
    }

    /// The first page of the same list in another order.
    pub(crate) fn sorted(&self, sort: &str) -> Self {
        Self { sort: sort.to_owned(), page: String::new(), ..self.clone() }
    }

    /// Another page of the same list.
    pub(crate) fn at_page(&self, page: u32) -> Self {
        Self { page: if page > 1 { page.to_string() } else { String::new() }, ..self.clone() }
    }

    /// Whether a search or filter is set.
    pub(crate) fn is_narrowed(&self) -> bool {
        !(self.q.trim().is_empty() && self.owner.is_empty() && self.scope.is_empty())
    }

    /// The page number.
    pub(crate) fn number(&self) -> u32 {
        self.page.parse().unwrap_or(1).max(1)
    }

    /// The sort order.
    pub(crate) fn sort(&self) -> TokenSort {
        self.sort.parse().unwrap_or_default()
    }

    /// The sort order after a click on a column's heading.
    pub(crate) fn next_sort(&self, field: TokenSortField) -> String {
        let now = self.sort();
        let descending = if now.field == field { !now.descending } else { field != TokenSortField::Label };
        TokenSort { field, descending }.to_string()
    }

    /// Converts the parameters to a query for the service.
    pub(crate) fn params(&self) -> TokenQuery {
        let soon = self.status == "expiring";
        TokenQuery {
            status: if soon { Some(TokenStatus::Active) } else { self.status.parse().ok() },
            expiring_within: soon.then(|| Ttl::days(SOON_DAYS)).flatten(),
            owner_id: self.owner.parse().ok(),
            scope: Some(self.scope.clone()).filter(|scope| !scope.is_empty()),
            q: Some(searchable(&self.q)).filter(|q| !q.is_empty()),
            sort: self.sort(),
            paging: Paging::Page { page: self.number(), limit: PAGE },
            ..TokenQuery::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_comes_back_and_leaves_out_what_is_not_said() {
        let query = ListQuery::parse("status=active&q=plant+3&page=4");
        assert_eq!(query.href(), "/settings/tokens?status=active&q=plant+3&page=4");
        assert_eq!(query.tab("").href(), "/settings/tokens?q=plant+3");
        assert_eq!(ListQuery::parse("page=x&sort=nonsense").number(), 1);
        assert_eq!(ListQuery::parse("page=x&sort=nonsense&owner=me&status=new").validation_messages().len(), 4);
        assert_eq!(ListQuery::parse("page=2&sort=-label&status=expiring&q=mia").validation_messages(), [""; 0]);
        assert_eq!(ListQuery::parse("q=a&q=b").validation_messages().len(), 1);
        assert_eq!(ListQuery::default().href(), "/settings/tokens");
    }

    #[test]
    fn a_second_click_on_a_column_turns_its_order_around() {
        let query = ListQuery::default();
        assert_eq!(query.next_sort(TokenSortField::Label), "label");
        assert_eq!(query.sorted("label").next_sort(TokenSortField::Label), "-label");
        assert_eq!(query.next_sort(TokenSortField::LastUsedAt), "-last_used_at");
    }
}
