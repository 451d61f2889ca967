//! Durations, and a point in time with a single external format.

use std::{fmt, ops::Range, str::FromStr};

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A second, in milliseconds.
pub const SECOND: i64 = 1000;
/// A minute, in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// An hour, in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// A day, in milliseconds.
pub const DAY: i64 = 24 * HOUR;

/// Milliseconds since 1970-01-01T00:00:00Z; in JSON as RFC 3339 UTC with `Z` and three decimals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime, examples("2026-11-22T09:14:00.000Z")))]
pub struct Timestamp(i64);

/// The text isn't an RFC 3339 time, or is outside the years 1970 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidTimestamp;

impl Timestamp {
    /// The last millisecond that can be represented: 9999-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(253_402_300_799_999);
    /// 1970-01-01T00:00:00.000Z.
    pub const EPOCH: Self = Self(0);

    /// Creates a timestamp from milliseconds since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch: the `NumericDate` of RFC 7519 section 2.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }

    /// Adds milliseconds; `None` beyond the year 9999.
    pub fn checked_add(self, millis: i64) -> Option<Self> {
        self.0.checked_add(millis).map(Self).filter(|t| *t <= Self::MAX)
    }

    /// Adds milliseconds, limited to the end of the year 9999.
    #[must_use]
    pub fn saturating_add(self, millis: i64) -> Self {
        self.checked_add(millis).unwrap_or(Self::MAX)
    }

    /// Milliseconds from `earlier` to this time; negative if `earlier` is later.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// Converts to chrono's type, for human-readable formats.
    pub fn to_chrono(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }
}

/// `2026-11-22T09:14:00.000Z`, written digit by digit: every response contains timestamps, and chrono's formatting
/// takes longer than the check of a key.
struct Rfc3339([u8; 24]);

impl Rfc3339 {
    fn new(time: Timestamp) -> Self {
        let time = Timestamp(time.0.clamp(0, Timestamp::MAX.0)).to_chrono();
        let mut text = Self(*b"0000-00-00T00:00:00.000Z");
        text.put(0..4, time.year().unsigned_abs());
        text.put(5..7, time.month());
        text.put(8..10, time.day());
        text.put(11..13, time.hour());
        text.put(14..16, time.minute());
        text.put(17..19, time.second());
        text.put(20..23, time.timestamp_subsec_millis());
        text
    }

    fn put(&mut self, place: Range<usize>, mut value: u32) {
        for digit in self.0[place].iter_mut().rev() {
            *digit = b'0' + u8::try_from(value % 10).unwrap_or_default();
            value /= 10;
        }
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Rfc3339::new(*self).as_str())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| InvalidTimestamp)?;
        let millis = time.timestamp_millis();
        if (0..=Self::MAX.0).contains(&millis) { Ok(Self(millis)) } else { Err(InvalidTimestamp) }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(Rfc3339::new(*self).as_str())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|_| de::Error::custom("expected an RFC 3339 time"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_utc_with_three_decimals() {
        let time: Timestamp = "2026-11-22T10:14:00+01:00".parse().unwrap();
        assert_eq!(time.to_string(), "2026-11-22T09:14:00.000Z");
    }

    #[test]
    fn what_is_written_is_what_chrono_writes() {
        for millis in [0, 1, 999, 951_782_400_000, 1_767_225_599_999, 4_107_542_399_987, Timestamp::MAX.0] {
            let time = Timestamp(millis);
            assert_eq!(time.to_string(), time.to_chrono().to_rfc3339_opts(chrono::SecondsFormat::Millis, true));
        }
    }

    #[test]
    fn a_time_that_cannot_be_said_is_written_as_the_nearest_that_can() {
        assert_eq!(Timestamp(i64::MAX).to_string(), Timestamp::MAX.to_string());
        assert_eq!(Timestamp(-1).to_string(), Timestamp::EPOCH.to_string());
    }

    #[test]
    fn times_outside_1970_to_9999_are_refused() {
        for text in ["1969-12-31T23:59:59Z", "+10000-01-01T00:00:00Z", "yesterday", ""] {
            assert_eq!(text.parse::<Timestamp>(), Err(InvalidTimestamp), "{text}");
        }
        assert!("9999-12-31T23:59:59.999Z".parse::<Timestamp>().is_ok());
    }
}
