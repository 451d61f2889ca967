//! The service from outside: real SQLite, a clock that stands still until it is moved.

#![expect(clippy::unwrap_used, reason = "a failed `unwrap` is how a test fails")]

#[path = "service/actors.rs"]
mod actors;
#[path = "service/attacks.rs"]
mod attacks;
#[path = "service/audit.rs"]
mod audit;
#[path = "service/client_assertions.rs"]
mod client_assertions;
#[path = "service/credentials.rs"]
mod credentials;
#[path = "service/links.rs"]
mod links;
#[path = "service/organizations.rs"]
mod organizations;
#[path = "service/passwords.rs"]
mod passwords;
#[path = "service/service_accounts.rs"]
mod service_accounts;
#[path = "service/signing_keys.rs"]
mod signing_keys;
#[path = "service/stops.rs"]
mod stops;
#[path = "service/system.rs"]
mod system;
#[path = "service/tokens.rs"]
mod tokens;
#[path = "service/world.rs"]
mod world;
