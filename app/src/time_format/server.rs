//! Time formats of server-rendered pages. The page's script uses the same formats to update them.

use super::{DAY, HOUR, MINUTE, civil, clock, date, weekday};

/// `Saturday 20 February 2027, 09:14:00 UTC`.
pub(crate) fn exact(millis: i64) -> String {
    format!("{}, {} UTC", day(millis), time_of_day(millis))
}

/// `Saturday 20 February 2027`.
pub(crate) fn day(millis: i64) -> String {
    format!("{} {}", weekday(millis), date(millis))
}

/// `09:14:00`.
pub(crate) fn time_of_day(millis: i64) -> String {
    let (hour, minute, second) = clock(millis);
    format!("{hour:02}:{minute:02}:{second:02}")
}

/// The value of a date input: `2027-02-20`.
pub(crate) fn iso_date(millis: i64) -> String {
    let (year, month, day) = civil(millis.div_euclid(DAY));
    format!("{year:04}-{month:02}-{day:02}")
}

/// `in 61 days`, `12 s ago`, `now`.
pub(crate) fn relative(then: i64, now: i64) -> String {
    match then - now {
        left @ 1000.. => format!("in {}", left_of(left)),
        passed @ ..=-1000 => format!("{} ago", span(-passed, 0)),
        _ => "now".to_owned(),
    }
}

/// The remaining time, rounded to the nearest unit: 90 days that started a second ago are still 90 days.
pub(crate) fn left_of(millis: i64) -> String {
    span(millis, 1)
}

/// A duration in its largest fitting unit: `40 s`, `18 min`, `27 h`, `61 days`, `10 months`, `3 years`. The remainder
/// is truncated, or rounded if `halves` is 1.
fn span(millis: i64, halves: i64) -> String {
    let count = |unit: i64| (millis + halves * unit / 2) / unit;
    match millis {
        ..MINUTE => format!("{} s", millis / 1000),
        MINUTE..HOUR => format!("{} min", count(MINUTE)),
        _ if millis < 2 * DAY - HOUR => format!("{} h", count(HOUR)),
        _ if millis < 120 * DAY => match count(DAY) {
            1 => "1 day".to_owned(),
            n => format!("{n} days"),
        },
        _ if millis < 730 * DAY => format!("{} months", millis * 12 / (365 * DAY)),
        _ => format!("{} years", millis / (365 * DAY)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22T09:14:05Z.
    const NOW: i64 = 1_795_338_845_000;

    #[test]
    fn an_exact_time_has_its_weekday_and_seconds() {
        assert_eq!(exact(NOW), "Sunday 22 November 2026, 09:14:05 UTC");
        assert_eq!(exact(0), "Thursday 1 January 1970, 00:00:00 UTC");
        assert_eq!(iso_date(NOW), "2026-11-22");
    }

    #[test]
    fn a_distance_takes_its_largest_fitting_unit() {
        for (distance, text) in [
            (12_000, "in 12 s"),
            (-40_000, "40 s ago"),
            (-MINUTE, "1 min ago"),
            (-27 * HOUR, "27 h ago"),
            (-48 * HOUR, "2 days ago"),
            (61 * DAY, "in 61 days"),
            (-118 * DAY, "118 days ago"),
            (305 * DAY, "in 10 months"),
            (1000 * DAY, "in 2 years"),
            (300, "now"),
            (90 * DAY - 2000, "in 90 days"),
            (DAY - 1000, "in 24 h"),
            (-90 * DAY + 2000, "89 days ago"),
        ] {
            assert_eq!(relative(NOW + distance, NOW), text);
        }
    }
}
