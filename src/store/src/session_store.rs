//! The sessions of the console, as `tower-sessions` keeps them.
//!
//! The key of a row is SHA-256 of the session's id: the table alone takes nobody's place. A session that was
//! ended stays ended: saving changes a row that is there, and makes none.

use std::{collections::HashMap, fmt};

use async_trait::async_trait;
use mintkey_domain::{OrganizationId, SessionId, Timestamp, UserId};
use serde_json::Value;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use tower_sessions_core::{
    session::{Id, Record},
    session_store::{self, Error},
};

use crate::{
    Store, StoreError, Tx,
    sql::{Row, Sql, sql},
};

/// The longest that a session lasts, however busy: 30 days in milliseconds.
const LONGEST: i64 = 30 * 24 * 60 * 60 * 1000;

/// Keeps the console's sessions in the database.
#[derive(Clone)]
pub struct SessionStore {
    store: Store,
}

impl Store {
    /// The sessions, for the layer that reads the cookie.
    pub fn session_store(&self) -> SessionStore {
        SessionStore { store: self.clone() }
    }
}

impl fmt::Debug for SessionStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionStore")
    }
}

#[async_trait]
impl session_store::SessionStore for SessionStore {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        // A session that was emptied keeps its id until here: whoever knew it must not share what begins now.
        record.id = Id::default();
        loop {
            let row = SessionColumns::of(record, now())?;
            if self.write(move |tx| Box::pin(async move { row.insert(tx).await })).await? {
                return Ok(());
            }
            // Another session has this id already; hardly ever, but then it must not be shared.
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let row = SessionColumns::of(record, now())?;
        self.write(move |tx| Box::pin(async move { row.update(tx).await })).await.map(|_| ())
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let row = find(&self.store, *id).await.map_err(|error| backend(&error))?;
        row.map(|row| read(*id, &row).map_err(|error| backend(&error))).transpose()
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let key = key_hash(*id);
        self.write(move |tx| {
            Box::pin(async move {
                sql("DELETE FROM sessions WHERE key_hash = $1").bind(&key).changes(tx.changes().await?).await
            })
        })
        .await
        .map(|_| ())
    }
}

impl SessionStore {
    /// The data of the session that a cookie names; `None` if it isn't (any more) one of ours.
    pub async fn by_cookie(&self, cookie: &str) -> Result<Option<HashMap<String, Value>>, StoreError> {
        let Ok(id) = cookie.parse::<Id>() else { return Ok(None) };
        find(&self.store, id).await?.map(|row| data(&row)).transpose()
    }

    async fn write<F>(&self, job: F) -> session_store::Result<bool>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> std::pin::Pin<Box<dyn Future<Output = Result<bool, StoreError>> + Send + 't>>
            + Send
            + 'static,
    {
        self.store.write(job).await.map_err(|error| backend(&error))
    }
}

/// Whoever began at this time or before is out by now.
pub(crate) fn oldest_start(now: Timestamp) -> Timestamp {
    Timestamp::from_millis(now.millis() - LONGEST)
}

/// A session as a row. What is listed and searched stands in columns of its own.
struct SessionColumns {
    key_hash: [u8; 32],
    id: Option<SessionId>,
    organization_id: Option<OrganizationId>,
    user_id: Option<UserId>,
    data: String,
    ip: Option<String>,
    user_agent: Option<String>,
    created_at: Option<Timestamp>,
    expires_at: Timestamp,
    now: Timestamp,
}

impl SessionColumns {
    fn of(record: &Record, now: Timestamp) -> session_store::Result<Self> {
        let text = |key: &str| record.data.get(key).and_then(Value::as_str);
        let created_at = record.data.get("created_at").and_then(|value| match value {
            Value::String(text) => text.parse().ok(),
            value => value.as_i64(),
        });
        Ok(Self {
            key_hash: key_hash(record.id),
            id: text("list_id").and_then(|text| text.parse().ok()),
            organization_id: text("organization_id").and_then(|text| text.parse().ok()),
            user_id: text("user_id").and_then(|text| text.parse().ok()),
            // serde_json's own words would repeat the value.
            data: serde_json::to_string(&record.data).map_err(|_| Error::Encode("the session's data".to_owned()))?,
            ip: text("ip").map(str::to_owned),
            user_agent: text("user_agent").map(str::to_owned),
            created_at: created_at.map(Timestamp::from_millis),
            expires_at: millis(record.expiry_date),
            now,
        })
    }

    /// `false` if the id is taken.
    async fn insert(self, tx: &mut Tx) -> Result<bool, StoreError> {
        let statement = sql("INSERT INTO sessions (key_hash, id, organization_id, user_id, data, ip, user_agent, \
            expires_at, last_seen_at, updated_at, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10) ON CONFLICT (key_hash) DO NOTHING");
        let created_at = self.created_at.unwrap_or(self.now);
        self.bind(statement).bind(created_at).changes(tx.changes().await?).await
    }

    /// `false` if the session has ended.
    async fn update(self, tx: &mut Tx) -> Result<bool, StoreError> {
        let statement = sql("UPDATE sessions SET id = $2, organization_id = $3, user_id = $4, data = $5, ip = $6, \
            user_agent = $7, expires_at = $8, last_seen_at = $9, updated_at = $9, \
            created_at = COALESCE($10, created_at) WHERE key_hash = $1");
        let created_at = self.created_at;
        self.bind(statement).bind(created_at).changes(tx.changes().await?).await
    }

    fn bind(&self, statement: Sql) -> Sql {
        statement
            .bind(&self.key_hash)
            .bind(self.id)
            .bind(self.organization_id)
            .bind(self.user_id)
            .bind(&self.data)
            .bind(self.ip.as_ref())
            .bind(self.user_agent.as_ref())
            .bind(self.expires_at)
            .bind(self.now)
    }
}

/// The row of a session that still works.
async fn find(store: &Store, id: Id) -> Result<Option<Row>, StoreError> {
    let now = now();
    sql("SELECT data, expires_at FROM sessions WHERE key_hash = $1 AND expires_at > $2 AND created_at > $3")
        .bind(&key_hash(id))
        .bind(now)
        .bind(oldest_start(now))
        .row(&mut store.reader().await?)
        .await
}

fn read(id: Id, row: &Row) -> Result<Record, StoreError> {
    let expires_at = i128::from(row.get::<Timestamp>("expires_at")?.millis());
    Ok(Record {
        id,
        data: data(row)?,
        expiry_date: OffsetDateTime::from_unix_timestamp_nanos(expires_at * 1_000_000)
            .map_err(|_| StoreError::Corrupt("expires_at"))?,
    })
}

fn data(row: &Row) -> Result<HashMap<String, Value>, StoreError> {
    // serde_json's own words would repeat the value.
    serde_json::from_str(&row.get::<String>("data")?).map_err(|_| StoreError::Corrupt("data"))
}

fn key_hash(id: Id) -> [u8; 32] {
    Sha256::digest(id.0.to_be_bytes()).into()
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
