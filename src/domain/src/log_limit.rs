//! A bound on log lines that callers can provoke.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::{MINUTE, Timestamp};

/// Milliseconds between two lines.
const INTERVAL: i64 = MINUTE;

/// Lets a log line through at most once a minute.
#[derive(Debug)]
pub struct LogLimit(AtomicI64);

impl LogLimit {
    /// One that lets the next line through.
    pub const fn new() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }

    /// Whether the line may be written now.
    pub fn allows(&self, now: Timestamp) -> bool {
        let before = self.0.load(Ordering::Relaxed);
        // A clock that was set back doesn't silence the log.
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
