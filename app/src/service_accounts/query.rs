//! Query parameters of the service account list: filters and page number.

use mintkey_domain::{MAX_SEARCH, ServiceAccountStatus};
use serde::{Deserialize, Serialize};

use crate::{
    return_to::SERVICE_ACCOUNTS,
    web::{DUPLICATE_PARAMETER, validation_messages},
};

/// Query parameters of the list. Invalid values are ignored, and the page says so, because users edit URLs.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Params {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) status: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) page: String,
    /// Whether nothing could be parsed because a parameter occurs twice.
    #[serde(skip)]
    is_unreadable: bool,
}

impl Params {
    pub(crate) fn parse(query: &str) -> Self {
        serde_urlencoded::from_str(query).unwrap_or_else(|_| Self { is_unreadable: true, ..Self::default() })
    }

    /// One sentence for each ignored value, which says what was expected.
    pub(super) fn validation_messages(&self) -> Vec<&'static str> {
        let status = self.status.is_empty() || self.status.parse::<ServiceAccountStatus>().is_ok();
        let page = self.page.is_empty() || self.page.parse::<u32>().is_ok_and(|page| page > 0);
        validation_messages([
            (self.is_unreadable, DUPLICATE_PARAMETER),
            (!status, "The status was ignored: it is active, suspended or decommissioned."),
            (!page, "The page was ignored: it is a number from 1."),
            (self.q.chars().count() > MAX_SEARCH, "The search was shortened: it takes 200 characters."),
        ])
    }

    pub(super) fn href(&self) -> String {
        match serde_urlencoded::to_string(self) {
            Ok(query) if !query.is_empty() => format!("{SERVICE_ACCOUNTS}?{query}"),
            _ => SERVICE_ACCOUNTS.to_owned(),
        }
    }

    /// The first page of the same list under another tab.
    pub(super) fn tab(&self, status: &str) -> Self {
        Self { status: status.to_owned(), page: String::new(), ..self.clone() }
    }

    /// The same tab without the search.
    pub(super) fn tab_only(&self) -> Self {
        Self { status: self.status.clone(), ..Self::default() }
    }

    pub(super) fn number(&self) -> u32 {
        self.page.parse().unwrap_or(1).max(1)
    }

    pub(super) fn at_page(&self, page: u32) -> String {
        Self { page: page.to_string(), ..self.clone() }.href()
    }
}

#[cfg(test)]
mod tests {
    use super::Params;

    #[test]
    fn what_is_ignored_of_an_address_is_reported() {
        assert_eq!(Params::parse("status=retired&page=0").validation_messages().len(), 2);
        assert_eq!(Params::parse("q=a&q=b").validation_messages().len(), 1);
        assert_eq!(Params::parse("status=suspended&page=2&q=hall").validation_messages(), [""; 0]);
    }
}
