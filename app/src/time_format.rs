//! Formats times as text, the same on the server and in the browser: in English and UTC, regardless of locale.

#[cfg(feature = "ssr")]
mod server;

#[cfg(feature = "ssr")]
pub(crate) use server::{day, exact, iso_date, left_of, relative, time_of_day};

/// A minute, in milliseconds.
pub(crate) const MINUTE: i64 = 60_000;
/// An hour, in milliseconds.
pub(crate) const HOUR: i64 = 60 * MINUTE;
/// A day, in milliseconds.
pub(crate) const DAY: i64 = 24 * HOUR;

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `20 February 2027`.
pub(crate) fn date(millis: i64) -> String {
    let (year, month, day) = civil(millis.div_euclid(DAY));
    format!("{day} {} {year}", month_name(month))
}

/// `Saturday 20 February 2027 at 09:14 UTC`.
pub(crate) fn moment(millis: i64) -> String {
    let (hour, minute, _) = clock(millis);
    format!("{} {} at {hour:02}:{minute:02} UTC", weekday(millis), date(millis))
}

/// The last minute of a day such as `2027-02-20`. `None` if the day doesn't exist or isn't in the years 1970 to 9999.
pub(crate) fn end_of_day(text: &str) -> Option<i64> {
    let (year, month, day) = parse_date(text)?;
    let days = days_from_civil(year, month, day);
    let real = (1970..=9999).contains(&year) && civil(days) == (year, month, day);
    real.then(|| days * DAY + DAY - MINUTE)
}

fn parse_date(text: &str) -> Option<(i64, i64, i64)> {
    let mut parts = text.split('-');
    let mut number = |digits: usize| {
        let part = parts.next()?;
        let plain = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| part.parse::<i64>().ok()).flatten()
    };
    let date = (number(4)?, number(2)?, number(2)?);
    parts.next().is_none().then_some(date)
}

fn weekday(millis: i64) -> &'static str {
    // 1970-01-01 was a Thursday.
    let index = (millis.div_euclid(DAY) + 3).rem_euclid(7);
    usize::try_from(index).ok().and_then(|i| WEEKDAYS.get(i)).copied().unwrap_or_default()
}

fn month_name(month: i64) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|i| MONTHS.get(i)).copied().unwrap_or_default()
}

fn clock(millis: i64) -> (i64, i64, i64) {
    let seconds = millis.rem_euclid(DAY) / 1000;
    (seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The Gregorian year, month and day of a day number counted from 1970-01-01.
///
/// Years start in March in this calculation, so that the leap day is the last day of a year.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let march_month = (month + 9) % 12;
    let day_of_year = (153 * march_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_english_and_utc() {
        // 2026-11-22T09:14:05Z.
        assert_eq!(moment(1_795_338_845_000 + 90 * DAY), "Saturday 20 February 2027 at 09:14 UTC");
        assert_eq!(date(253_402_300_799_999), "31 December 9999");
    }

    #[test]
    fn a_date_means_the_end_of_its_day() {
        assert_eq!(end_of_day("1970-01-01"), Some(DAY - MINUTE));
        assert_eq!(end_of_day("2028-02-29").map(date).as_deref(), Some("29 February 2028"));
        for text in
            ["2027-02-29", "2027-13-01", "27-01-01", "2027-1-01", "2027-01-01-01", "", "1969-12-31", "+027-01-01"]
        {
            assert_eq!(end_of_day(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_of_the_calendar_comes_back() {
        for days in (0..2_932_896).step_by(17) {
            let (year, month, day) = civil(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
    }
}
