//! Clients that authenticate with their own key pair instead of a secret.

mod assertion;
mod keys;
mod set;

pub use keys::ASSERTION_ALGORITHMS;
pub(crate) use keys::parse_client_keys;
