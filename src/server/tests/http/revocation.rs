//! Ended credentials, sessions and permissions stop every later action.

mod audit_actions;
mod bounds;
mod client_keys;
mod held_writer;
mod passwords;
mod queued_writes;
mod requests;
mod service_account_gains;
mod sessions;
mod switching;
