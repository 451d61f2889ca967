//! Token expiry: parsing, and the policy of an organization.

use crate::{DAY, FieldCode, FieldErrors, HOUR, MINUTE, SECOND, Timestamp};

/// The default token lifetime, in milliseconds: 90 days.
pub const DEFAULT_TTL: i64 = 90 * DAY;

/// A duration in milliseconds, always more than zero: `10s`, `60m`, `10000h`, `90d`, `2w`, `1h30m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^([0-9]+[smhdw])+$"))]
pub struct Ttl(i64);

/// Why a duration was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidTtl {
    /// It isn't a sequence of numbers with units.
    Form,
    /// It ends after the year 9999.
    TooLong,
}

/// The expiry in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// Not specified: the organization's default applies.
    Default,
    /// Never, explicitly.
    Never,
    /// At this time.
    At(Timestamp),
    /// After this duration, given in this field.
    In(Ttl, &'static str),
}

impl Expiry {
    /// The name of the field that specifies it.
    pub const fn field(self) -> &'static str {
        match self {
            Self::In(_, field) => field,
            Self::Default | Self::Never | Self::At(_) => "expires_at",
        }
    }
}

/// An organization's expiry policy, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpiryPolicy {
    /// The default token lifetime.
    pub default_ttl: i64,
    /// The maximum token lifetime, if any; "never" is then refused.
    pub max_ttl: Option<i64>,
}

impl Ttl {
    /// Parses numbers with units `s`, `m`, `h`, `d`, `w`, in any order, and adds them up.
    pub fn parse(text: &str) -> Result<Self, InvalidTtl> {
        let mut total = 0i64;
        let mut number: Option<i64> = None;
        for c in text.chars() {
            if let Some(digit) = c.to_digit(10) {
                let value = number.unwrap_or(0).checked_mul(10).and_then(|n| n.checked_add(i64::from(digit)));
                number = Some(value.ok_or(InvalidTtl::TooLong)?);
                continue;
            }
            let unit = match c {
                's' => SECOND,
                'm' => MINUTE,
                'h' => HOUR,
                'd' => DAY,
                'w' => 7 * DAY,
                _ => return Err(InvalidTtl::Form),
            };
            let part = number.take().ok_or(InvalidTtl::Form)?.checked_mul(unit);
            total = part.and_then(|part| total.checked_add(part)).ok_or(InvalidTtl::TooLong)?;
        }
        if number.is_some() || total == 0 {
            return Err(InvalidTtl::Form);
        }
        Ok(Self(total))
    }

    /// This number of whole days.
    pub fn days(days: i64) -> Option<Self> {
        days.checked_mul(DAY).filter(|ms| *ms > 0).map(Self)
    }

    /// From stored milliseconds, truncated to whole seconds; `None` for less than one second.
    pub const fn from_millis(millis: i64) -> Option<Self> {
        if millis < SECOND { None } else { Some(Self(millis - millis % SECOND)) }
    }

    /// In milliseconds.
    pub const fn millis(self) -> i64 {
        self.0
    }
}

/// Formats it for [`Ttl::parse`] with the fewest units, the largest first.
impl std::fmt::Display for Ttl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut rest = self.0;
        for (unit, name) in [(DAY, 'd'), (HOUR, 'h'), (MINUTE, 'm'), (SECOND, 's')] {
            if rest >= unit {
                write!(f, "{}{name}", rest / unit)?;
                rest %= unit;
            }
        }
        Ok(())
    }
}

impl ExpiryPolicy {
    /// The resulting expiry. Adds an error at the field that specified it.
    pub fn resolve(&self, expiry: Expiry, now: Timestamp, errors: &mut FieldErrors) -> Option<Timestamp> {
        let (end, field) = match expiry {
            Expiry::Default => {
                let ttl = self.max_ttl.map_or(self.default_ttl, |max| max.min(self.default_ttl));
                return Some(now.saturating_add(ttl));
            }
            Expiry::Never => {
                if self.max_ttl.is_some() {
                    self.too_late("expires_at", errors);
                }
                return None;
            }
            Expiry::At(end) => (Some(end), "expires_at"),
            Expiry::In(ttl, field) => (now.checked_add(ttl.millis()), field),
        };
        match end {
            None => errors.push(field, FieldCode::ExceedsMaximum, "The end must not lie beyond the year 9999."),
            Some(end) if end <= now => {
                errors.push(field, FieldCode::InThePast, "The end must lie in the future.");
            }
            Some(end) if self.max_ttl.is_some_and(|max| end.since(now) > max) => self.too_late(field, errors),
            Some(_) => {}
        }
        end
    }

    fn too_late(&self, field: &'static str, errors: &mut FieldErrors) {
        let days = self.max_ttl.unwrap_or_default() / DAY;
        let limit = if days > 0 { format!("{days} days") } else { "less than a day".to_owned() };
        errors.push(field, FieldCode::ExceedsMaximum, format!("The token must expire within {limit}."));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
    const OPEN: ExpiryPolicy = ExpiryPolicy { default_ttl: DEFAULT_TTL, max_ttl: None };

    fn end(policy: ExpiryPolicy, expiry: Expiry) -> Result<Option<Timestamp>, FieldCode> {
        let mut errors = FieldErrors::new();
        let end = policy.resolve(expiry, NOW, &mut errors);
        errors.iter().next().map_or(Ok(end), |error| Err(error.code))
    }

    #[test]
    fn lengths_of_time_are_read_in_every_unit_and_as_sums() {
        for (text, millis) in [
            ("10s", 10_000),
            ("60m", HOUR),
            ("10000h", 10_000 * HOUR),
            ("90d", 90 * DAY),
            ("1h30m", HOUR + 30 * MINUTE),
            ("18250d", 18_250 * DAY),
        ] {
            assert_eq!(Ttl::parse(text).map(Ttl::millis), Ok(millis), "{text}");
        }
        for text in ["", "90", "d", "-1d", "1.5h", "0s", "1 d", "1y", "h1"] {
            assert_eq!(Ttl::parse(text), Err(InvalidTtl::Form), "{text}");
        }
        assert_eq!(Ttl::parse("99999999999999999999d"), Err(InvalidTtl::TooLong));
        assert_eq!(Ttl::parse("9223372036854775807w"), Err(InvalidTtl::TooLong));
    }

    #[test]
    fn a_length_of_time_is_written_as_it_is_read() {
        for text in ["90d", "1d12h", "1h30m", "10s", "36d4h5m6s"] {
            assert_eq!(Ttl::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Ttl::parse("2w24h").unwrap().to_string(), "15d");
        assert_eq!(Ttl::from_millis(DAY + 999).map(|ttl| ttl.to_string()).as_deref(), Some("1d"));
        assert_eq!(Ttl::from_millis(999), None);
    }

    #[test]
    fn fifty_years_fit_and_the_year_10000_does_not() {
        let fifty = Ttl::parse("438000h").unwrap();
        assert!(end(OPEN, Expiry::In(fifty, "ttl")).is_ok());
        let far = Ttl::parse("9999999d").unwrap();
        assert_eq!(end(OPEN, Expiry::In(far, "ttl")), Err(FieldCode::ExceedsMaximum));
    }

    #[test]
    fn an_end_that_was_not_said_is_the_default_held_to_the_maximum() {
        assert_eq!(end(OPEN, Expiry::Default), Ok(Some(NOW.saturating_add(90 * DAY))));
        let tight = ExpiryPolicy { max_ttl: Some(DAY), ..OPEN };
        assert_eq!(end(tight, Expiry::Default), Ok(Some(NOW.saturating_add(DAY))));
    }

    #[test]
    fn past_ends_and_never_against_a_maximum_are_refused() {
        let tight = ExpiryPolicy { max_ttl: Some(DAY), ..OPEN };
        assert_eq!(end(OPEN, Expiry::At(NOW)), Err(FieldCode::InThePast));
        assert_eq!(end(tight, Expiry::Never), Err(FieldCode::ExceedsMaximum));
        assert_eq!(end(tight, Expiry::At(NOW.saturating_add(DAY + 1))), Err(FieldCode::ExceedsMaximum));
        assert_eq!(end(OPEN, Expiry::Never), Ok(None));
    }
}
