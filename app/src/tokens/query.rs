//! What the address of the list says: which tokens, in which order, which page.

use mintkey_domain::{TokenSort, TokenSortField, TokenStatus, Ttl};
use mintkey_service::{Paging, TokenQuery};
use serde::{Deserialize, Serialize};

/// Tokens on one page.
pub(crate) const PAGE: u32 = 20;
/// How many days before its end a token counts as ending soon.
pub(crate) const SOON_DAYS: i64 = 14;

/// The list's address. What it says wrongly is left out, since people edit addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    /// The tab: `active`, `expiring`, `expired`, `invalidated`; all if left out.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) status: String,
    /// What is searched for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) q: String,
    /// The owner's id.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) owner: String,
    /// The scope's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) scope: String,
    /// As in the JSON API: `label`, `-last_used_at`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) sort: String,
    /// From 1.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) page: String,
}

impl ListQuery {
    /// From the part of an address behind the question mark.
    pub(crate) fn parse(query: &str) -> Self {
        serde_urlencoded::from_str(query).unwrap_or_default()
    }

    /// The address of this list.
    pub(crate) fn href(&self) -> String {
        match serde_urlencoded::to_string(self) {
            Ok(query) if !query.is_empty() => format!("/settings/tokens?{query}"),
            _ => "/settings/tokens".to_owned(),
        }
    }

    /// The same list under another tab, from its first page.
    pub(crate) fn tab(&self, status: &str) -> Self {
        Self { status: status.to_owned(), page: String::new(), ..self.clone() }
    }

    /// The same list in another order, from its first page.
    pub(crate) fn sorted(&self, sort: &str) -> Self {
        Self { sort: sort.to_owned(), page: String::new(), ..self.clone() }
    }

    /// Another page of the same list.
    pub(crate) fn at_page(&self, page: u32) -> Self {
        Self { page: if page > 1 { page.to_string() } else { String::new() }, ..self.clone() }
    }

    /// Whether it shows less than all tokens of its tab.
    pub(crate) fn is_narrowed(&self) -> bool {
        !(self.q.trim().is_empty() && self.owner.is_empty() && self.scope.is_empty())
    }

    /// The page's number.
    pub(crate) fn number(&self) -> u32 {
        self.page.parse().unwrap_or(1).max(1)
    }

    /// The order.
    pub(crate) fn sort(&self) -> TokenSort {
        self.sort.parse().unwrap_or_default()
    }

    /// What the order would be after a click on that column's head.
    pub(crate) fn next_sort(&self, field: TokenSortField) -> String {
        let now = self.sort();
        let descending = if now.field == field { !now.descending } else { field != TokenSortField::Label };
        TokenSort { field, descending }.to_string()
    }

    /// What the service is asked for.
    pub(crate) fn asked(&self) -> TokenQuery {
        let soon = self.status == "expiring";
        TokenQuery {
            status: if soon { Some(TokenStatus::Active) } else { self.status.parse().ok() },
            expiring_within: soon.then(|| Ttl::days(SOON_DAYS)).flatten(),
            owner_id: self.owner.parse().ok(),
            scope: Some(self.scope.clone()).filter(|scope| !scope.is_empty()),
            q: Some(self.q.trim().to_owned()).filter(|q| !q.is_empty()),
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
