//! The use cases: one function per operation of a user or service account.
//!
//! Every function takes `&Actor` first and authorizes before anything else; only those that create an actor don't. Each
//! change is one transaction with its audit event. Clock and randomness are injected.

mod access_token;
mod actor;
mod audit;
mod authenticate;
mod bounds;
mod catalogue;
mod certificates;
mod change;
mod client;
mod clusters;
mod credential;
mod database;
mod environment;
mod error;
mod export;
mod hex;
mod identity_cache;
mod import;
mod imported_keys;
mod last_used;
mod limits;
mod log_context;
mod login;
mod maintenance;
mod master_key;
mod members;
mod metrics;
mod new_organization;
mod oauth;
mod one_time;
mod organizations;
mod password;
mod people;
mod profile;
mod readiness;
mod records;
mod scopes;
mod service_accounts;
mod sessions;
mod signing_keys;
mod system;
mod tokens;
mod verify;

use std::{ops::Deref, sync::Arc};

use aws_lc_rs::signature::Ed25519KeyPair;
use dashmap::DashMap;
use mintkey_domain::{DEFAULT_TTL, ExpiryPolicy, OrganizationId, ScopeSet, Timestamp};
use mintkey_store::{Store, Writer};
use serde_json::Value;
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::{
    access_token::Signer,
    certificates::AuthorityNames,
    change::Writes,
    identity_cache::{IdentityCache, OrganizationRecord},
    last_used::LastUsedTracker,
    limits::Limiters,
    metrics::Metrics,
    password::Passwords,
};

pub use access_token::{Confirmation, SigningAlgorithm};
pub use actor::{Actor, Origin};
pub use audit::{AuditCheck, AuditExport, AuditFlaw, AuditHead, AuditQuery, ExportedEvent};
pub use certificates::{ClientCertificate, NewCertificateAuthority, Published};
pub use client::ASSERTION_ALGORITHMS;
pub use clusters::{ClusterChanges, NewCluster, NewClusterGroup, ReviewedUser};
pub use credential::{Credential, bare_credential};
pub use database::{check_database, database_migrations, migrate_database};
pub use environment::{Clock, Entropy, Environment};
pub use error::{Error, Result};
pub use export::{Export, ExportOptions};
pub use import::{ImportCounts, ImportOptions, ImportOutcome, LineError};
pub use limits::Limits;
pub use log_context::LogContext;
pub use login::LoginRequest;
pub use maintenance::Maintenance;
pub use master_key::MasterKey;
pub use mintkey_store::{
    Access, BackupFile, Damage, Migrations, Restore, SessionCookie, SessionStore, StoreError, UnreadableRow,
};
pub use oauth::{AccessTokenClaims, Introspection};
pub use organizations::NewOrganization;
pub use people::SetupDraft;
pub use scopes::{NewScope, ScopeChanges};
pub use service_accounts::ServiceAccountQuery;
pub use sessions::{SESSION_IDLE, SignedIn};
pub use signing_keys::{KeyRotation, KeyState, KeyView, OldKeys};
pub use system::{DatabaseKind, LastBackup, MAX_BACKUPS, SystemView};
pub use tokens::{BulkFilter, Idempotency, Paging, TokenBulk, TokenInvalidation, TokenQuery, TokenRotation};
pub use verify::VerifyRequest;

/// The settings of the service.
pub struct Settings {
    /// `sqlite:PATH`.
    pub database_url: String,
    /// Whether this is the only server of a `SQLite` file, or a command that may run beside it.
    pub access: Access,
    /// Encrypts signing keys.
    pub master_key: MasterKey,
    /// The issuer of access tokens: the public URL, without a path.
    pub issuer: String,
    /// The limits for failed attempts.
    pub limits: Limits,
}

/// The use cases on one store. Clones share it.
#[derive(Clone)]
pub struct Service(Arc<Shared>);

/// The shared state of all clones. Not part of the API: [`Service`] derefs to it inside this crate.
#[doc(hidden)]
pub struct Shared {
    pub(crate) store: Store,
    pub(crate) writes: Writes,
    pub(crate) identities: IdentityCache,
    pub(crate) signer: Signer,
    pub(crate) checkpoint_key: Ed25519KeyPair,
    pub(crate) passwords: Passwords,
    pub(crate) limiters: Limiters,
    pub(crate) last_used: LastUsedTracker,
    pub(crate) metrics: Metrics,
    pub(crate) refusals: audit::Refusals,
    pub(crate) readiness: readiness::Readiness,
    pub(crate) environment: Environment,
    /// `*`, shared by every session.
    pub(crate) everything: Arc<ScopeSet>,
    /// When this process opened the database.
    pub(crate) started_at: Timestamp,
    /// Locked while a backup is made.
    pub(crate) backing_up: Arc<Mutex<()>>,
    pub(crate) authority_names: AuthorityNames,
    /// Locked while revocation lists are signed.
    pub(crate) revocation_lists: Mutex<()>,
    /// Locked while a PKCS#12 bundle is made and encrypted.
    pub(crate) bundles: Mutex<()>,
    /// The `jti` of individually revoked access tokens, with their expiry.
    pub(crate) revoked: DashMap<Uuid, Timestamp>,
}

impl Deref for Service {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Service {
    /// Opens the database, runs its migrations, and loads or creates the signing key.
    ///
    /// [`StoreError::InUse`] if another server has the `SQLite` file open, [`StoreError::MigrationBlocked`] if a tool
    /// needs to migrate it while a server has it open.
    pub async fn open(settings: Settings, environment: Environment) -> Result<Self> {
        let writes = Writes::new(Writer::open(&settings.database_url, settings.access).await?);
        let store = writes.store();
        let keys = signing_keys::load_or_make(&writes, &settings.master_key, &environment).await?;
        let signer = Signer::new(keys, &settings.master_key, &settings.issuer)?;
        let revoked = store.revoked_access_tokens(environment.now()).await?.into_iter().collect();
        let checkpoint_key = settings.master_key.checkpoint_key()?;
        let metrics = Metrics::new()?;
        let service = Self(Arc::new(Shared {
            checkpoint_key,
            identities: IdentityCache::default(),
            signer,
            passwords: Passwords::new(environment.random(), metrics.clone())?,
            limiters: Limiters::new(settings.limits),
            last_used: LastUsedTracker::default(),
            metrics,
            refusals: audit::Refusals::default(),
            readiness: readiness::Readiness::default(),
            everything: Arc::new(ScopeSet::everything()),
            revoked,
            started_at: environment.now(),
            backing_up: Arc::default(),
            authority_names: AuthorityNames::default(),
            revocation_lists: Mutex::default(),
            bundles: Mutex::default(),
            environment,
            store,
            writes,
        }));
        service.load_organizations().await?;
        if settings.access == Access::Server {
            service.replace_unreadable_signing_key().await?;
        }
        Ok(service)
    }

    /// Caches every organization, because the sign-in page shows the name only if there is just one, what imported keys look
    /// like, and the names of certificate authorities.
    pub(crate) async fn load_organizations(&self) -> Result<()> {
        let known = match self.store.organizations().await {
            // Each is read again when it is used; the sign-in page shows no name.
            Err(StoreError::Corrupt(_)) => Vec::new(),
            known => known?,
        };
        for organization in known {
            self.identities.organization(&self.store, organization.id).await?;
        }
        self.identities.set_imported_patterns(self.store.imported_key_patterns().await?);
        self.load_authority_names().await
    }

    /// The current time.
    pub fn now(&self) -> Timestamp {
        self.environment.now()
    }

    /// The session store of the console.
    pub fn session_store(&self) -> SessionStore {
        self.store.session_store()
    }

    /// The public keys of access tokens (RFC 7517 section 5).
    pub fn jwks(&self) -> Value {
        self.signer.jwks(self.environment.now())
    }

    /// The organization's name for the sign-in page, when there is just one.
    pub fn organization_name_for_sign_in(&self) -> Option<String> {
        match self.identities.organization_names().as_mut_slice() {
            [only] => Some(std::mem::take(only)),
            _ => None,
        }
    }

    pub(crate) async fn tenant(&self, id: OrganizationId) -> Result<Arc<OrganizationRecord>> {
        self.identities.organization(&self.store, id).await?.ok_or_else(Error::not_found)
    }
}

impl OrganizationRecord {
    pub(crate) fn expiry_policy(&self) -> ExpiryPolicy {
        ExpiryPolicy { default_ttl: self.row.default_token_ttl.unwrap_or(DEFAULT_TTL), max_ttl: self.row.max_token_ttl }
    }
}
