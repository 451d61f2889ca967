//! Whether the instance can do its work: the database answers and can be written to.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use mintkey_domain::{ErrorCode, Problem, SECOND};

use crate::{Error, Result, Service};

/// Minimum interval between two test writes in milliseconds: anybody may ask, and must not keep the disk busy.
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
    /// Writes to the database, at most once a second; in between the last result is repeated.
    /// `unavailable` if it can't be written to, for example because the disk is full.
    pub async fn ready(&self) -> Result<()> {
        let (now, last) = (self.environment.now(), &self.readiness);
        let before = last.written_at.load(Ordering::Relaxed);
        let elapsed = now.millis().saturating_sub(before);
        // A clock that was set back doesn't stop the test writes.
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
