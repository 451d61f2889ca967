//! The real clock and the operating system's random generator.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use mintkey_domain::Timestamp;
use mintkey_service::{Clock, Entropy, Environment};

struct SystemClock;
struct SystemEntropy;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            // Continuing would create guessable secrets.
            panic!("the operating system gives no random bytes: {error}");
        }
    }
}

pub(crate) fn system() -> Environment {
    Environment { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy) }
}

/// The current time, for the command line.
pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}
