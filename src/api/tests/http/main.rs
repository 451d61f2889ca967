//! Tests of the API's router without a process or a socket, with a fixed clock and deterministic random bytes.
//!
//! Each operation has a snapshot of a successful response in `snapshots/`, and each operation with a body one of a
//! refusal. `INSTA_UPDATE=always cargo test --package mintkey-api` updates them after an intended change.

#![expect(clippy::unwrap_used, reason = "a failed `unwrap` is how a test fails")]

mod audit;
mod bodies;
mod certificates;
mod clusters;
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
