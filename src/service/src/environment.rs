//! The clock and the random generator, handed in: a test can hold both still.

use std::sync::Arc;

use mintkey_domain::{Secret, Timestamp};

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Draws random bytes from a cryptographic generator.
pub trait Entropy: Send + Sync + 'static {
    /// Fills the whole slice.
    fn fill(&self, bytes: &mut [u8]);
}

/// The outside world, as the service sees it.
#[derive(Clone)]
pub struct Environment {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Draws random bytes.
    pub entropy: Arc<dyn Entropy>,
}

impl Environment {
    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// So many random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// A new credential's secret.
    pub fn secret(&self) -> Secret {
        Secret::from_random(self.random())
    }
}
