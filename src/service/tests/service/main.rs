//! Tests of the service through its public API, with real SQLite and a controlled clock.

#![expect(clippy::unwrap_used, reason = "a failed `unwrap` is how a test fails")]

mod actors;
mod audit;
mod client_assertions;
mod credentials;
mod links;
mod organizations;
mod passwords;
mod revocation;
mod security;
mod service_accounts;
mod signing_keys;
mod system;
mod tokens;
mod world;
