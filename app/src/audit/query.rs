//! Query parameters of the audit log: filters and cursor.

use mintkey_domain::{AuditOutcome, MAX_SEARCH, Timestamp};
use mintkey_service::{AuditQuery, Paging};
use serde::{Deserialize, Serialize};

use crate::{
    time_format::{DAY, MINUTE, end_of_day},
    web::{DUPLICATE_PARAMETER, searchable, validation_messages},
};

pub(super) const LOG: &str = "/settings/audit";

/// Query parameters of the audit log. Invalid values are ignored, and the page says so, because users edit URLs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Params {
    /// Words in the actor's or the target's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) q: String,
    /// The actor's ID.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) actor: String,
    /// The action's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) action: String,
    /// The target's type.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) target_type: String,
    /// The target's ID.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) target: String,
    /// `done` or `refused`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) outcome: String,
    /// The first day, such as `2026-11-22`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) since: String,
    /// The last day, inclusive.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) until: String,
    /// The cursor of the page, going back in time.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) cursor: String,
    /// Whether nothing could be parsed because a parameter occurs twice.
    #[serde(skip)]
    is_unreadable: bool,
}

impl Params {
    /// Parses a query string, without the question mark.
    pub(super) fn parse(query: &str) -> Self {
        serde_urlencoded::from_str(query).unwrap_or_else(|_| Self { is_unreadable: true, ..Self::default() })
    }

    /// One sentence for each ignored value, which says what was expected.
    pub(super) fn validation_messages(&self) -> Vec<&'static str> {
        let day = |text: &str| !text.is_empty() && end_of_day(text).is_none();
        let text = |text: &str| text.chars().any(char::is_control) || text.trim().chars().count() > MAX_SEARCH;
        let id = |text: &str| !text.is_empty() && text.parse::<uuid::Uuid>().is_err();
        let outcome = !self.outcome.is_empty() && self.outcome.parse::<AuditOutcome>().is_err();
        validation_messages([
            (self.is_unreadable, DUPLICATE_PARAMETER),
            (id(&self.actor), "The filter \"Actor\" was ignored: the address must have an id."),
            (id(&self.target), "The filter for one target was ignored: the address must have an id."),
            (outcome, "The filter \"Result\" was ignored: it is done or refused."),
            (day(&self.since), "The filter \"From\" was ignored: write a day such as 2026-11-22."),
            (day(&self.until), "The filter \"Until\" was ignored: write a day such as 2026-11-22."),
            (
                text(&self.q) || text(&self.action) || text(&self.target_type),
                "The search was shortened: it takes 200 characters, and no control characters.",
            ),
        ])
    }

    /// The URL of this page of the log, or of its export.
    pub(super) fn href(&self, path: &str) -> String {
        match serde_urlencoded::to_string(self) {
            Ok(query) if !query.is_empty() => format!("{path}?{query}"),
            _ => path.to_owned(),
        }
    }

    /// The same filters at another cursor. An empty cursor means the newest events.
    pub(super) fn from(&self, cursor: String) -> Self {
        Self { cursor, ..self.clone() }
    }

    /// Whether any filter is set.
    pub(super) fn is_narrowed(&self) -> bool {
        self.from(String::new()) != Self::default()
    }

    /// Converts the parameters to a query for the service.
    pub(super) fn query(&self, limit: u32) -> AuditQuery {
        let text = |text: &str| Some(searchable(text)).filter(|text| !text.is_empty());
        AuditQuery {
            actor: self.actor.parse().ok(),
            action: text(&self.action),
            target: self.target.parse().ok(),
            target_type: text(&self.target_type),
            outcome: self.outcome.parse().ok(),
            since: end_of_day(&self.since).map(|end| Timestamp::from_millis(end + MINUTE - DAY)),
            until: end_of_day(&self.until).map(|end| Timestamp::from_millis(end + MINUTE)),
            q: text(&self.q),
            paging: if self.cursor.is_empty() {
                Paging::Page { page: 1, limit }
            } else {
                Paging::Cursor { cursor: self.cursor.clone(), limit }
            },
            ..AuditQuery::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_counts_from_its_first_millisecond_to_its_last() {
        let params = Params::parse("since=2026-11-22&until=2026-11-22&action=+token.create%0A");
        let query = params.query(50);
        let (since, until) = (query.since.unwrap(), query.until.unwrap());
        assert_eq!(since.to_string(), "2026-11-22T00:00:00.000Z");
        assert_eq!(until.to_string(), "2026-11-23T00:00:00.000Z");
        assert_eq!(query.action.as_deref(), Some("token.create"));
    }

    #[test]
    fn what_is_wrong_or_empty_narrows_nothing() {
        let params = Params::parse("actor=x&since=yesterday&outcome=maybe&q=");
        let query = params.query(50);
        assert!(query.actor.is_none() && query.since.is_none() && query.outcome.is_none() && query.q.is_none());
        let mistakes = params.validation_messages();
        assert_eq!(mistakes.len(), 3, "{mistakes:?}");
        assert!(mistakes.iter().any(|mistake| mistake.contains("\"From\"") && mistake.contains("2026-11-22")));
        assert_eq!(Params::parse("since=2026-11-22&outcome=refused&q=mia").validation_messages(), [""; 0]);
        assert_eq!(Params::parse("q=a&q=b").validation_messages().len(), 1);
        assert!(!Params::parse("cursor=61").is_narrowed());
        assert_eq!(Params::parse("q=ops&cursor=61").from(String::new()).href("/a"), "/a?q=ops");
    }
}
