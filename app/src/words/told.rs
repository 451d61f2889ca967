//! Times as pages tell them. The page's script uses the same words when it brings them up to date.

use super::{DAY, HOUR, MINUTE, civil, clock, date, weekday};

/// `Saturday 20 February 2027, 09:14:00 UTC`.
pub(crate) fn exact(millis: i64) -> String {
    let (hour, minute, second) = clock(millis);
    format!("{} {}, {hour:02}:{minute:02}:{second:02} UTC", weekday(millis), date(millis))
}

/// `2027-02-20`: the value of a date field.
pub(crate) fn iso_date(millis: i64) -> String {
    let (year, month, day) = civil(millis.div_euclid(DAY));
    format!("{year:04}-{month:02}-{day:02}")
}

/// `in 61 days`, `12 s ago`, `now`.
pub(crate) fn relative(then: i64, now: i64) -> String {
    let distance = span((then - now).abs());
    match then - now {
        1000.. => format!("in {distance}"),
        ..=-1000 => format!("{distance} ago"),
        _ => "now".to_owned(),
    }
}

/// A length of time in its largest fitting unit: `40 s`, `18 min`, `27 h`, `61 days`, `10 months`, `3 years`.
pub(crate) fn span(millis: i64) -> String {
    let days = millis / DAY;
    match millis {
        ..MINUTE => format!("{} s", millis / 1000),
        MINUTE..HOUR => format!("{} min", millis / MINUTE),
        _ if millis < 48 * HOUR => format!("{} h", millis / HOUR),
        _ if days < 120 => format!("{days} days"),
        _ if days < 730 => format!("{} months", days * 12 / 365),
        _ => format!("{} years", days / 365),
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
        for (distance, words) in [
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
        ] {
            assert_eq!(relative(NOW + distance, NOW), words);
        }
    }
}
