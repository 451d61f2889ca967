//! The readiness check: the database responds and is writable.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use mintkey_domain::{ErrorCode, Problem, SECOND};

use crate::{Error, Result, Service};

/// Minimum interval in milliseconds between test writes, so that unauthenticated callers can't cause write load.
const MIN_WRITE_INTERVAL: i64 = SECOND;

/// The result of the last test write.
pub(crate) struct Readiness {
    written_at: AtomicI64,
    writable: AtomicBool,
}

impl Default for Readiness {
    fn default() -> Self {
        Self { written_at: AtomicI64::new(i64::MIN), writable: AtomicBool::new(true) }
    }
}

impl Service {
    /// Writes to the database, at most once a second; in between it returns the last result. `unavailable` if the write
    /// fails, for example because the disk is full.
    pub async fn ready(&self) -> Result<()> {
        let (now, last) = (self.environment.now(), &self.readiness);
        let before = last.written_at.load(Ordering::Relaxed);
        let elapsed = now.millis().saturating_sub(before);
        // Test writes continue even after the clock was set back.
        let due = !(0..MIN_WRITE_INTERVAL).contains(&elapsed);
        let ours =
            due && last.written_at.compare_exchange(before, now.millis(), Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if !ours {
            self.store.ping().await?;
            return if last.writable.load(Ordering::Relaxed) { Ok(()) } else { Err(not_writable()) };
        }
        let written = self.store.bookkeeping().write_test(now).await;
        last.writable.store(written.is_ok(), Ordering::Relaxed);
        Ok(written?)
    }
}

fn not_writable() -> Error {
    Problem::new(ErrorCode::Unavailable, "The database can't be written to. The server's log has the cause.").into()
}
