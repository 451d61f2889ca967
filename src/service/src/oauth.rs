//! What others may ask about access tokens, and how one of them is ended.

mod introspect;
mod revoke;

pub use introspect::{AccessTokenClaims, Introspection};
