//! The clock for rendering pages. The service has its own.

use std::time::{SystemTime, UNIX_EPOCH};

/// The current time, in milliseconds since 1970-01-01T00:00:00Z.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
