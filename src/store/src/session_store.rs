//! The sessions of the console, as `tower-sessions` sees them.
//!
//! A session is begun, replaced and ended by the service, in the transaction of the act. The layer of `tower-sessions`
//! sets and takes back the cookie, and renews a session that is in use; it makes no row and gives none another person.

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

/// Shows the layer the console's sessions.
#[derive(Clone)]
pub struct SessionStore {
    store: Store,
}

/// The value of a session's cookie: 128 random bits. Only its hash is stored.
#[derive(Clone)]
pub struct SessionCookie(Id);

impl Store {
    /// The sessions, for the layer that reads the cookie.
    pub fn session_store(&self) -> SessionStore {
        SessionStore { store: self.clone() }
    }
}

impl SessionCookie {
    /// The entry of `tower-sessions`' data by which a door hands the cookie of a session that was begun to the layer.
    pub const ENTRY: &str = "cookie";

    /// Of a new session.
    pub fn new(random: [u8; 16]) -> Self {
        Self(Id(i128::from_le_bytes(random)))
    }

    /// The cookie's value as the browser sends it; `None` if it can't be one of ours.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    /// The cookie's value as the browser gets it. A secret.
    pub fn expose(&self) -> String {
        self.0.to_string()
    }

    /// What is stored of it.
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
    /// Takes over the id of the session that the service has begun: [`SessionCookie::ENTRY`] has it.
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
        let found = self.store.session(&SessionCookie(*id).hash(), now()).await.map_err(|error| backend(&error))?;
        found
            .map(|session| {
                let nanos = i128::from(session.expires_at.millis()) * 1_000_000;
                let expiry_date = OffsetDateTime::from_unix_timestamp_nanos(nanos)
                    .map_err(|_| backend(&StoreError::Corrupt("expires_at")))?;
                Ok(Record { id: *id, data: HashMap::new(), expiry_date })
            })
            .transpose()
    }

    /// Does nothing: what ends a session is an act of its own, with an event in the audit log.
    async fn delete(&self, _: &Id) -> session_store::Result<()> {
        Ok(())
    }
}

/// The trait hands no time in, and `tower-sessions` reckons with this clock too.
fn now() -> Timestamp {
    millis(OffsetDateTime::now_utc())
}

fn millis(time: OffsetDateTime) -> Timestamp {
    Timestamp::from_millis(i64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX))
}

fn backend(error: &StoreError) -> Error {
    Error::Backend(error.to_string())
}
