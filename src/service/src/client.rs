//! Clients that prove themselves by a key of their own instead of a secret of ours.

mod assertion;
mod keys;
mod set;

pub use keys::ASSERTION_ALGORITHMS;
