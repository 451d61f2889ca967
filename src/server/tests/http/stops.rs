//! A stop stops everything: nothing is done after a credential, session or right has ended.

mod audit_actions;
mod bounds;
mod client_keys;
mod held_writer;
mod passwords;
mod queued_writes;
mod service_account_gains;
mod sessions;
mod switching;
mod world;
