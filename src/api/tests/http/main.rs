//! The API at its router: no process, no socket, a clock that stands still and random bytes that are the same each time.
//!
//! Each operation has one whole answer in `snapshots/`, and each with a body one that refuses it. After a change that is
//! wanted, `INSTA_UPDATE=always cargo test --package mintkey-api` writes them anew.

#![expect(clippy::unwrap_used, reason = "a failed `unwrap` is how a test fails")]

mod audit;
mod bodies;
mod complete;
mod document;
mod idempotency;
mod login;
mod members;
mod oauth;
mod organization;
mod queries;
mod refusals;
mod scopes;
mod service_accounts;
mod tokens;
mod verify;
mod world;
