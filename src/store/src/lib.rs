//! What Mintkey remembers, on `SQLite` or `PostgreSQL`: one SQL text for both, a module per table.
//!
//! Reads are methods of [`Store`]. Every change is a job for [`Writer::write`], which hands it a [`Tx`]: all
//! of it happens, with its audit events, or nothing. [`Bookkeeping`] writes what no actor asks for. Not found is
//! `None`, and no function looks beyond the organization that it is given, except those that say so. Nothing here
//! decides who may do what.

mod access_tokens;
mod audit;
mod bookkeeping;
mod check;
mod client_keys;
mod error;
mod idempotency;
mod memberships;
mod metrics;
mod one_time_codes;
mod organizations;
mod scopes;
mod service_accounts;
mod session_store;
mod sessions;
mod settings;
mod signing_keys;
mod sql;
mod store;
mod tokens;
mod tx;
mod upgrade;
mod users;
mod writer;

pub use audit::{AuditCheckpoint, AuditEvent, AuditFilter, AuditPage, AuditPlace, NewAuditEvent};
pub use bookkeeping::Bookkeeping;
pub use check::{Damage, OlderAddress, UnreadableRow};
pub use error::{Constraint, StoreError};
pub use idempotency::IdempotencyRecord;
pub use memberships::{Member, Membership};
pub use metrics::Metrics;
pub use one_time_codes::OneTimeCode;
pub use organizations::Organization;
pub use scopes::Scope;
pub use service_accounts::{ServiceAccount, ServiceAccountFilter, ServiceAccountPart};
pub use session_store::{SessionCookie, SessionStore};
pub use sessions::SessionRow;
pub use signing_keys::SigningKey;
pub use store::{Access, BackupFile, Store, Writer};
pub use tokens::{ClientKeys, Page, Token, TokenCounts, TokenFilter, TokenPage, TokenSecret, TokenUse};
pub use tx::{HeldRow, Tx};
pub use users::User;
