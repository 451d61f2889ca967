//! The console sessions as a `tower-sessions` store.
//!
//! The service creates, replaces and deletes sessions, in the transaction of the operation. The `tower-sessions` layer
//! sets and removes the cookie, and renews a session in use; it creates no row and never changes a session's user.

use std::{collections::HashMap, fmt};

use async_trait::async_trait;
use mintkey_domain::Timestamp;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use tower_sessions_core::{
    session::{Id, Record},
    session_store::{self, Error},
};

use crate::{Store, StoreError};

/// Gives the `tower-sessions` layer access to the console sessions.
#[derive(Clone)]
pub struct SessionStore {
    store: Store,
}

/// The value of a session cookie: 128 random bits. Only its hash is stored.
#[derive(Clone)]
pub struct SessionCookie(Id);

impl Store {
    /// The session store for the layer that reads the cookie.
    pub fn session_store(&self) -> SessionStore {
        SessionStore { store: self.clone() }
    }
}

impl SessionCookie {
    /// The key in `tower-sessions` data under which the caller passes the cookie of a new session to the layer.
    pub const ENTRY: &str = "cookie";

    /// The cookie of a new session.
    pub fn new(random: [u8; 16]) -> Self {
        Self(Id(i128::from_le_bytes(random)))
    }

    /// Parses the value that the browser sent; `None` if it can't be a session cookie of Mintkey.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    /// The value that the browser gets. A secret.
    pub fn expose(&self) -> String {
        self.0.to_string()
    }

    /// The SHA-256 hash, which is stored.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.0.to_be_bytes()).into()
    }
}

impl fmt::Debug for SessionCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionCookie")
    }
}

impl fmt::Debug for SessionStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionStore")
    }
}

#[async_trait]
impl session_store::SessionStore for SessionStore {
    /// Takes the ID of the session that the service created from [`SessionCookie::ENTRY`].
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let begun = record.data.remove(SessionCookie::ENTRY);
        let begun = begun.as_ref().and_then(serde_json::Value::as_str).and_then(SessionCookie::parse);
        record.id = begun.ok_or_else(|| Error::Backend("the service begins sessions, not their layer".to_owned()))?.0;
        Ok(())
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let (hash, ends) = (SessionCookie(record.id).hash(), millis(record.expiry_date));
        self.store.bookkeeping().renew_session(hash, ends, now()).await.map_err(|error| backend(&error))
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let session = self.store.session(&SessionCookie(*id).hash(), now()).await.map_err(|error| backend(&error))?;
        session
            .map(|session| {
                let nanos = i128::from(session.expires_at.millis()) * 1_000_000;
                let expiry_date = OffsetDateTime::from_unix_timestamp_nanos(nanos)
                    .map_err(|_| backend(&StoreError::Corrupt("expires_at")))?;
                Ok(Record { id: *id, data: HashMap::new(), expiry_date })
            })
            .transpose()
    }

    /// Does nothing: deleting a session is an operation of the service, with an audit event.
    async fn delete(&self, _: &Id) -> session_store::Result<()> {
        Ok(())
    }
}

/// The trait passes no time, and `tower-sessions` uses this clock too.
fn now() -> Timestamp {
    millis(OffsetDateTime::now_utc())
}

fn millis(time: OffsetDateTime) -> Timestamp {
    Timestamp::from_millis(i64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX))
}

fn backend(error: &StoreError) -> Error {
    Error::Backend(error.to_string())
}
