//! A rate limit for log lines that callers can trigger.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::{MINUTE, Timestamp};

/// Minimum interval between two lines, in milliseconds.
const INTERVAL: i64 = MINUTE;

/// Allows at most one log line per minute.
#[derive(Debug)]
pub struct LogLimit(AtomicI64);

impl LogLimit {
    /// A limit that allows the next line.
    pub const fn new() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }

    /// Whether the line may be written now.
    pub fn allows(&self, now: Timestamp) -> bool {
        let before = self.0.load(Ordering::Relaxed);
        // Lines are still allowed after the clock was set back.
        let due = !(0..INTERVAL).contains(&now.millis().saturating_sub(before));
        due && self.0.compare_exchange(before, now.millis(), Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

impl Default for LogLimit {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_a_minute_passes() {
        let limit = LogLimit::new();
        let passed = [1000, 1001, 60_999, 61_000, 61_001, 500, 501];
        let passed = passed.map(|millis| limit.allows(Timestamp::from_millis(millis)));
        assert_eq!(passed, [true, false, false, true, false, true, false]);
    }
}
