//! Access tokens that were revoked before they expired.

use mintkey_domain::{OrganizationId, Timestamp};
use uuid::Uuid;

use crate::{
    Bookkeeping, Store, StoreError, Tx,
    sql::{readable, sql},
};

impl Store {
    /// The `jti` and expiry of every revoked access token that hasn't expired, in all organizations.
    pub async fn revoked_access_tokens(&self, now: Timestamp) -> Result<Vec<(Uuid, Timestamp)>, StoreError> {
        let rows = sql("SELECT id, expires_at FROM revoked_access_tokens WHERE expires_at > $1")
            .bind(now)
            .rows(&mut self.reader().await?)
            .await?;
        readable(&rows, |row| Ok((row.get("id")?, row.get("expires_at")?)))
    }
}

impl Bookkeeping {
    /// Deletes the revocations of tokens that have expired and returns their number.
    pub async fn delete_expired_revocations(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    sql("DELETE FROM revoked_access_tokens WHERE expires_at <= $1").bind(now).execute(tx).await
                })
            })
            .await
    }
}

impl Tx {
    /// Whether the access token with this `jti` was revoked.
    pub async fn is_access_token_revoked(&mut self, jti: Uuid) -> Result<bool, StoreError> {
        let row = sql("SELECT 1 AS value FROM revoked_access_tokens WHERE id = $1").bind(jti).row(self).await?;
        Ok(row.is_some())
    }

    /// Revokes the access token with this `jti`. Idempotent.
    pub async fn revoke_access_token(
        &mut self,
        jti: Uuid,
        organization: OrganizationId,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sql("INSERT INTO revoked_access_tokens (id, organization_id, expires_at, created_at, updated_at) \
            VALUES ($1, $2, $3, $4, $4) ON CONFLICT (id) DO NOTHING")
        .bind(jti)
        .bind(organization)
        .bind(expires_at)
        .bind(now)
        .execute(self)
        .await
        .map(|_| ())
    }
}
