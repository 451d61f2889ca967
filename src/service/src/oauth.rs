//! Introspection and revocation of access tokens.

mod introspect;
mod revoke;

pub use introspect::{AccessTokenClaims, Introspection};
