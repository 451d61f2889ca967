//! Stored responses: a repeated request with the same `Idempotency-Key` changes nothing.

use mintkey_domain::{OrganizationId, Timestamp};
use uuid::Uuid;

use crate::{
    Bookkeeping, Constraint, Store, StoreError, Tx,
    sql::{FromRow, Row, Runner, insert_rows, sql, values},
};

/// The response to a completed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The principal that sent the request.
    pub principal: Uuid,
    /// The method and route of the request.
    pub route: String,
    /// SHA-256 of the idempotency key.
    pub key_hash: [u8; 32],
    /// SHA-256 of the request body.
    pub body_hash: [u8; 32],
    /// The response body in JSON, without secrets.
    pub response: String,
    /// When the request completed.
    pub created_at: Timestamp,
    /// When the record expires.
    pub expires_at: Timestamp,
}

impl FromRow for IdempotencyRecord {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            organization_id: row.get("organization_id")?,
            principal: row.get("principal_id")?,
            route: row.get("route")?,
            key_hash: row.get("key_hash")?,
            body_hash: row.get("body_hash")?,
            response: row.get("response")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
        })
    }
}

impl Store {
    /// The stored response for this key, unless it has expired.
    pub async fn idempotency(
        &self,
        organization: OrganizationId,
        principal: Uuid,
        route: &str,
        key_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        find(&mut self.reader().await?, organization, principal, route, key_hash, now).await
    }
}

impl Bookkeeping {
    /// Deletes the expired responses and returns their number.
    pub async fn delete_expired_idempotency(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    sql("DELETE FROM idempotency_keys WHERE expires_at <= $1").bind(now).execute(tx).await
                })
            })
            .await
    }
}

impl Tx {
    /// The stored response for this key, unless it has expired.
    pub async fn idempotency(
        &mut self,
        organization: OrganizationId,
        principal: Uuid,
        route: &str,
        key_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        let gathered = self.buffer.idempotency.iter().find(|record| {
            record.key_hash == *key_hash
                && record.principal == principal
                && record.organization_id == organization
                && record.route == route
                && record.expires_at > now
        });
        if let Some(record) = gathered {
            return Ok(Some(record.clone()));
        }
        find(self, organization, principal, route, key_hash, now).await
    }

    /// Stores a response, replacing an expired one. [`Constraint::IdempotencyKey`] if an unexpired one has this key.
    pub async fn insert_idempotency(&mut self, record: &IdempotencyRecord) -> Result<(), StoreError> {
        let IdempotencyRecord { organization_id, principal, ref route, ref key_hash, created_at, .. } = *record;
        // The group inserts its buffered rows together: an undetected duplicate would fail all of its jobs.
        if self.idempotency(organization_id, principal, route, key_hash, created_at).await?.is_some() {
            return Err(StoreError::Unique(Constraint::IdempotencyKey));
        }
        self.store_response(record.clone());
        Ok(())
    }
}

async fn find(
    on: &mut impl Runner,
    organization: OrganizationId,
    principal: Uuid,
    route: &str,
    key_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<IdempotencyRecord>, StoreError> {
    sql("SELECT * FROM idempotency_keys WHERE organization_id = $1 AND principal_id = $2 AND route = $3 \
        AND key_hash = $4 AND expires_at > $5")
    .bind(organization)
    .bind(principal)
    .bind(route)
    .bind(key_hash)
    .bind(now)
    .optional(on)
    .await
}

/// Writes the buffered responses.
pub(crate) async fn write(on: &mut impl Runner, records: &[IdempotencyRecord]) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(records.len() * 9);
    for record in records {
        values!(rows;
            record.organization_id, record.principal, &record.route, &record.key_hash, &record.body_hash,
            &record.response, record.expires_at, record.created_at, record.created_at,
        );
    }
    let changed = insert_rows(
        on,
        "INSERT INTO idempotency_keys (organization_id, principal_id, route, key_hash, body_hash, response, \
        expires_at, created_at, updated_at)",
        9,
        rows,
        " ON CONFLICT (organization_id, principal_id, route, key_hash) DO UPDATE SET body_hash = excluded.body_hash, \
        response = excluded.response, \
        expires_at = excluded.expires_at, created_at = excluded.created_at, updated_at = excluded.updated_at \
        WHERE idempotency_keys.expires_at <= excluded.created_at",
    )
    .await?;
    // On PostgreSQL a concurrent transaction may have inserted the key first.
    if changed == records.len() as u64 { Ok(()) } else { Err(StoreError::Unique(Constraint::IdempotencyKey)) }
}
