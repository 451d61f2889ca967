//! Domain types of credentials: IDs, labels, scopes, expiry, key format, states, wire types and error codes.
//!
//! Nothing in this crate does I/O, reads a clock or generates random numbers; all of it compiles to wasm.

mod address;
mod audit_action;
mod base62;
mod certificate;
mod expiry;
mod field_errors;
mod id;
mod imported_key;
mod key;
mod kubeconfig;
mod log_limit;
mod principal;
mod problem;
#[cfg(feature = "requests")]
pub mod request;
mod request_header;
mod scope;
mod session_cookie;
mod text;
mod time;
mod token;
pub mod wire;

pub use address::*;
pub use audit_action::*;
pub use certificate::*;
pub use expiry::*;
pub use field_errors::*;
pub use id::*;
pub use imported_key::*;
pub use key::*;
pub use kubeconfig::*;
pub use log_limit::*;
pub use principal::*;
pub use problem::*;
pub use request_header::*;
pub use scope::*;
pub use session_cookie::*;
pub use text::*;
pub use time::*;
pub use token::*;
