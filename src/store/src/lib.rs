//! Mintkey's database layer for `SQLite` and `PostgreSQL`: one SQL text for both, one module per table.
//!
//! Reads are methods of [`Store`]. Every change is a job for [`Writer::write`], which passes it a [`Tx`]: its changes
//! and their audit events commit together or not at all. [`Bookkeeping`] does the writes without an actor. A missing
//! row is `None`. Functions only see the organization that they are given, unless their documentation says otherwise.
//! This crate does no authorization.

mod access_tokens;
mod audit;
mod bookkeeping;
mod certificate_authorities;
mod certificates;
mod check;
mod client_keys;
mod clusters;
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

pub use audit::{AuditCheckpoint, AuditEvent, AuditFilter, AuditPage, NewAuditEvent, PrunableEvent};
pub use bookkeeping::Bookkeeping;
pub use certificate_authorities::CertificateAuthority;
pub use certificates::{CertificateGroups, IssuedCertificate, RevokedCertificate};
pub use check::{Damage, OlderAddress, UnreadableRow};
pub use clusters::{Cluster, ClusterGroup};
pub use error::{Constraint, StoreError};
pub use idempotency::IdempotencyRecord;
pub use memberships::{Member, Membership};
pub use metrics::Metrics;
pub use one_time_codes::OneTimeCode;
pub use organizations::Organization;
pub use scopes::Scope;
pub use service_accounts::{ServiceAccount, ServiceAccountFilter, ServiceAccountPage};
pub use session_store::{SessionCookie, SessionStore};
pub use sessions::SessionRow;
pub use signing_keys::SigningKey;
pub use store::{Access, BackupFile, Migrations, Restore, Store, Writer, migrations};
pub use tokens::{
    ClientKeys, ImportedHash, PageRequest, StoredHash, Token, TokenCertificate, TokenCounts, TokenFilter,
    TokenKubeconfig, TokenPage, TokenSecret, TokenUse,
};
pub use tx::{LockedRow, Tx};
pub use users::User;
