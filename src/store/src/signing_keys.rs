//! Keys that sign access tokens.

use std::fmt;

use mintkey_domain::{SigningKeyId, Timestamp};

use crate::{
    Store, StoreError, Tx,
    sql::{FromRow, Row, sql},
};

/// A key pair; the private half is encrypted under the master key.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// Its id, the `kid`.
    pub id: SigningKeyId,
    /// The JWS algorithm (RFC 7518 section 3.1).
    pub algorithm: String,
    /// The public half as a JWK (RFC 7517), in JSON.
    pub public_jwk: String,
    /// The private half, encrypted.
    pub private_encrypted: Vec<u8>,
    /// Whether it signs.
    pub active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when its signatures are still believed.
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
            created_at: row.get("created_at")?,
            retires_at: row.get("retires_at")?,
        })
    }
}

impl Store {
    /// All keys of the instance, the newest first.
    pub async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        sql("SELECT * FROM signing_keys ORDER BY id DESC").all(&mut self.reader().await?).await
    }
}

impl Tx {
    /// Adds a key.
    pub async fn insert_signing_key(&mut self, key: &SigningKey) -> Result<(), StoreError> {
        sql("INSERT INTO signing_keys \
            (id, algorithm, public_jwk, private_encrypted, active, retires_at, created_at, updated_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $7)")
        .bind(key.id)
        .bind(&key.algorithm)
        .bind(&key.public_jwk)
        .bind(key.private_encrypted.as_slice())
        .bind(key.active)
        .bind(key.retires_at)
        .bind(key.created_at)
        .execute(self.changes().await?)
        .await
        .map(|_| ())
    }
}
