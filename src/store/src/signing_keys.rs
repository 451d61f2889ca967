//! Keys that sign access tokens.

use std::fmt;

use mintkey_domain::{SigningKeyId, Timestamp};

use crate::{
    Bookkeeping, Store, StoreError, Tx,
    sql::{FromRow, Row, Runner, sql},
};

/// A key pair. The private key is encrypted with the master key.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// The ID, used as `kid`.
    pub id: SigningKeyId,
    /// The JWS algorithm (RFC 7518 section 3.1).
    pub algorithm: String,
    /// The public key as a JWK (RFC 7517), in JSON.
    pub public_jwk: String,
    /// The encrypted private key; empty once it is erased.
    pub private_encrypted: Vec<u8>,
    /// Whether the private key still exists. The active key with the latest `active_from` in the past signs.
    pub active: bool,
    /// When it starts signing.
    pub active_from: Timestamp,
    /// When it was created.
    pub created_at: Timestamp,
    /// When its signatures stop being accepted; `None` for no end yet.
    pub retires_at: Option<Timestamp>,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.id).field("active", &self.active).finish_non_exhaustive()
    }
}

impl FromRow for SigningKey {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            algorithm: row.get("algorithm")?,
            public_jwk: row.get("public_jwk")?,
            private_encrypted: row.get("private_encrypted")?,
            active: row.get("active")?,
            active_from: row.get("active_from")?,
            created_at: row.get("created_at")?,
            retires_at: row.get("retires_at")?,
        })
    }
}

impl Store {
    /// All keys of the instance, the newest first.
    pub async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        all(&mut self.reader().await?).await
    }
}

impl Bookkeeping {
    /// Deletes retired keys, and erases the private key of each key whose successor was active by `superseded`.
    pub async fn clear_signing_keys(&self, now: Timestamp, superseded: Timestamp) -> Result<(), StoreError> {
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    sql("DELETE FROM signing_keys WHERE retires_at <= $1").bind(now).execute(tx).await?;
                    sql("UPDATE signing_keys SET active = $1, private_encrypted = $2, updated_at = $3 \
                    WHERE active = $4 AND retires_at IS NOT NULL \
                    AND active_from < (SELECT MAX(active_from) FROM signing_keys WHERE active_from <= $5)")
                    .bind(false)
                    .bind([].as_slice())
                    .bind(now)
                    .bind(true)
                    .bind(superseded)
                    .execute(tx)
                    .await
                    .map(|_| ())
                })
            })
            .await
    }
}

impl Tx {
    /// All keys of the instance, the newest first.
    pub async fn signing_keys(&mut self) -> Result<Vec<SigningKey>, StoreError> {
        all(self).await
    }

    /// Sets the retirement time of all keys that have none.
    pub async fn retire_signing_keys(&mut self, at: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        sql("UPDATE signing_keys SET retires_at = $1, updated_at = $2 WHERE retires_at IS NULL")
            .bind(at)
            .bind(now)
            .execute(self)
            .await
            .map(|_| ())
    }

    /// Deletes all keys, which makes all their signatures invalid.
    pub async fn delete_signing_keys(&mut self) -> Result<(), StoreError> {
        sql("DELETE FROM signing_keys").execute(self).await.map(|_| ())
    }

    /// Inserts a key.
    pub async fn insert_signing_key(&mut self, key: &SigningKey) -> Result<(), StoreError> {
        sql("INSERT INTO signing_keys \
            (id, algorithm, public_jwk, private_encrypted, active, active_from, retires_at, created_at, updated_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)")
        .bind(key.id)
        .bind(&key.algorithm)
        .bind(&key.public_jwk)
        .bind(key.private_encrypted.as_slice())
        .bind(key.active)
        .bind(key.active_from)
        .bind(key.retires_at)
        .bind(key.created_at)
        .execute(self)
        .await
        .map(|_| ())
    }
}

async fn all(on: &mut impl Runner) -> Result<Vec<SigningKey>, StoreError> {
    sql("SELECT * FROM signing_keys ORDER BY id DESC").all(on).await
}
