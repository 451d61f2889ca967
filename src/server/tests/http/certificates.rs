//! Client certificates: tried with programs that we didn't write.

mod authorities;
mod bundles;
mod requests;
mod revocation_lists;
pub(crate) mod tools;
