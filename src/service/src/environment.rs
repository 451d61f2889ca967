//! The clock and the random number generator, injected so that tests can control both.

use std::sync::Arc;

use mintkey_domain::{Secret, Timestamp};

/// A clock.
pub trait Clock: Send + Sync + 'static {
    /// The current time.
    fn now(&self) -> Timestamp;
}

/// A cryptographically secure random number generator.
pub trait Entropy: Send + Sync + 'static {
    /// Fills the slice with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// The external dependencies of the service.
#[derive(Clone)]
pub struct Environment {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The random number generator.
    pub entropy: Arc<dyn Entropy>,
}

impl Environment {
    /// The current time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// `N` random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// A random secret for a new credential.
    pub fn secret(&self) -> Secret {
        Secret::from_random(self.random())
    }
}
