//! The parameters of a query, held to an endpoint's description.

use std::{borrow::Cow, str::FromStr};

use mintkey_domain::{FieldCode, FieldErrors, holds_secret};

use super::{MAX_MISTAKES, sayable};
use crate::endpoint::{Field, Kind};

/// Known parameters, and the mistakes of all others.
pub(crate) struct Query {
    table: &'static [Field],
    values: Vec<(&'static str, String)>,
    errors: FieldErrors,
}

impl Query {
    /// Sorts a query into parameters.
    pub(crate) fn read(table: &'static [Field], text: &str) -> Self {
        let mut query = Self { table, values: Vec::new(), errors: FieldErrors::new() };
        if text.is_empty() {
            return query;
        }
        // Forms are decoded leniently: there is no query that can't be read.
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text).unwrap_or_default();
        for (name, value) in pairs {
            if query.errors.len() >= MAX_MISTAKES {
                break;
            }
            let Some(field) = table.iter().find(|field| field.name == name) else {
                query.errors.push(sayable(&name), FieldCode::UnknownField, "There is no such parameter here.");
                continue;
            };
            if holds_secret(&value) {
                // It is in the logs of whatever stands in between: nothing more is done with it.
                let message =
                    "This contains a token's secret, which must not be in a URL. Search for its last characters.";
                query.errors.push(field.name, FieldCode::InvalidFormat, message);
            } else if query.values.iter().any(|(known, _)| *known == field.name) {
                query.errors.push(field.name, FieldCode::Duplicate, "This parameter may be given once only.");
            } else {
                query.values.push((field.name, value));
            }
        }
        query
    }

    /// As it came.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let at = self.values.iter().position(|(known, _)| *known == name)?;
        Some(self.values.swap_remove(at).1)
    }

    /// Read into what it stands for; the mistake says what the description says.
    pub(crate) fn parsed<T: FromStr>(&mut self, name: &'static str) -> Option<T> {
        self.read_by(name, |text| text.parse().ok())
    }

    /// The same, with a reader of its own.
    pub(crate) fn read_by<T>(&mut self, name: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.text(name)?;
        let value = read(&text);
        if value.is_none() {
            self.errors.push(name, FieldCode::InvalidFormat, self.expected(name));
        }
        value
    }

    /// A whole number within its bounds.
    pub(crate) fn whole(&mut self, name: &'static str) -> Option<u32> {
        let bounds = self.table.iter().find(|field| field.name == name).map(|field| field.kind);
        let Some(Kind::Whole { min, max }) = bounds else { return None };
        self.read_by(name, |text| {
            let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            text.parse().ok().filter(|number| digits && (min..=max).contains(number))
        })
    }

    /// `true` or `false`; false if left out.
    pub(crate) fn flag(&mut self, name: &'static str) -> bool {
        self.parsed(name).unwrap_or_default()
    }

    /// Notes a mistake of the handler's own finding.
    pub(crate) fn mistake(&mut self, field: &'static str, code: FieldCode, message: &'static str) {
        self.errors.push(field, code, message);
    }

    /// Refuses the query if anything in it is wrong.
    pub(crate) fn finish(self) -> Result<(), FieldErrors> {
        self.errors.into_result()
    }

    fn expected(&self, name: &str) -> Cow<'static, str> {
        let kind = self.table.iter().find(|field| field.name == name).map(|field| field.kind);
        match kind {
            Some(Kind::Choice(names)) => format!("Expected one of {}.", names.join(", ")).into(),
            Some(Kind::Whole { min, max: u32::MAX }) => format!("Expected a whole number, {min} or more.").into(),
            Some(Kind::Whole { min, max }) => format!("Expected a whole number from {min} to {max}.").into(),
            Some(Kind::Flag) => "Expected true or false.".into(),
            Some(Kind::Id) => "Expected a UUID.".into(),
            Some(Kind::Time) => {
                "Expected a time such as 2026-11-22T08:30:00Z or 2026-11-22T09:30:00%2B01:00. Write + as %2B: in a query \
                 it is a space."
                    .into()
            }
            Some(Kind::Length) => "Expected a length of time such as 12h, 7d or 1h30m.".into(),
            _ => "This doesn't have the expected form.".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use mintkey_domain::{Timestamp, TokenStatus};

    use super::*;

    static TABLE: &[Field] = &[
        Field::new("status", Kind::Choice(&["active", "expired"]), ""),
        Field::new("limit", Kind::Whole { min: 1, max: 100 }, ""),
        Field::new("force", Kind::Flag, ""),
        Field::new("since", Kind::Time, ""),
        Field::new("q", Kind::Text, ""),
    ];

    fn codes(text: &str, use_it: impl FnOnce(&mut Query)) -> Vec<(String, FieldCode)> {
        let mut query = Query::read(TABLE, text);
        use_it(&mut query);
        let errors = query.finish().err().unwrap_or_default();
        errors.iter().map(|error| (error.field.to_string(), error.code)).collect()
    }

    #[test]
    fn parameters_are_decoded_and_read() {
        let mut query = Query::read(TABLE, "status=active&limit=100&q=plant%203+a&force=true");
        assert_eq!(query.parsed("status"), Some(TokenStatus::Active));
        assert_eq!(query.whole("limit"), Some(100));
        assert_eq!(query.text("q").as_deref(), Some("plant 3 a"));
        assert!(query.flag("force"));
        assert!(query.finish().is_ok());
    }

    #[test]
    fn unknown_and_repeated_parameters_are_mistakes() {
        assert_eq!(codes("colour=red", |_| {}), [("colour".to_owned(), FieldCode::UnknownField)]);
        assert_eq!(codes("q=a&q=a", |_| {}), [("q".to_owned(), FieldCode::Duplicate)]);
    }

    #[test]
    fn a_time_whose_plus_became_a_space_is_told_how_to_write_it() {
        let mut query = Query::read(TABLE, "since=2026-11-22T09:30:00%2B01:00");
        assert_eq!(query.parsed("since"), Some(Timestamp::from_millis(1_795_336_200_000)));
        for text in ["since=2026-11-22T09:30:00+01:00", "since=yesterday", "since=2026-11-22"] {
            let mut query = Query::read(TABLE, text);
            assert_eq!(query.parsed::<Timestamp>("since"), None, "{text}");
            let errors = query.finish().unwrap_err();
            let error = errors.iter().next().unwrap();
            assert!(error.message.contains("2026-11-22T08:30:00Z") && error.message.contains("Write + as %2B"));
        }
    }

    #[test]
    fn values_of_the_wrong_form_are_mistakes() {
        for text in ["limit=0", "limit=101", "limit=", "limit=+5", "limit=1.5", "limit=99999999999"] {
            let found = codes(text, |query| assert_eq!(query.whole("limit"), None, "{text}"));
            assert_eq!(found, [("limit".to_owned(), FieldCode::InvalidFormat)], "{text}");
        }
        let found = codes("status=Active&force=1", |query| {
            assert_eq!(query.parsed::<TokenStatus>("status"), None);
            assert!(!query.flag("force"));
        });
        assert_eq!(found.len(), 2);
    }
}
