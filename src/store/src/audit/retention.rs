//! The beginning of a log, which is removed after a time, and the checkpoint that stands for it.

use mintkey_domain::{OrganizationId, Timestamp};

use crate::{
    Store, StoreError, Tx,
    sql::{FromRow, Row, sql},
};

/// The last event that was removed from the beginning of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditCheckpoint {
    /// Whose log.
    pub organization_id: OrganizationId,
    /// The event's number.
    pub sequence: i64,
    /// Its hash, which the event after it covers.
    pub hash: [u8; 32],
    /// Over all of this.
    pub signature: Vec<u8>,
    /// When it was removed.
    pub created_at: Timestamp,
}

/// An event as far as it matters to its removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditPlace {
    /// Its number.
    pub sequence: i64,
    /// When it happened.
    pub at: Timestamp,
    /// Its hash.
    pub hash: [u8; 32],
}

impl FromRow for AuditCheckpoint {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            organization_id: row.get("organization_id")?,
            sequence: row.get("sequence")?,
            hash: row.get("hash")?,
            signature: row.get("signature")?,
            created_at: row.get("created_at")?,
        })
    }
}

impl FromRow for AuditPlace {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self { sequence: row.get("sequence")?, at: row.get("occurred_at")?, hash: row.get("hash")? })
    }
}

impl Store {
    /// Where the organization's log begins, if it doesn't begin with its first event.
    pub async fn audit_checkpoint(&self, organization: OrganizationId) -> Result<Option<AuditCheckpoint>, StoreError> {
        sql("SELECT * FROM audit_checkpoints WHERE organization_id = $1")
            .bind(organization)
            .optional(&mut self.reader().await?)
            .await
    }
}

impl Tx {
    /// The first events of a log, the oldest first; never its last one, on which the next is built.
    pub async fn oldest_audit_events(
        &mut self,
        organization: OrganizationId,
        limit: u32,
    ) -> Result<Vec<AuditPlace>, StoreError> {
        let mut places: Vec<AuditPlace> = sql("SELECT sequence, occurred_at, hash FROM audit_events \
            WHERE organization_id = $1 ORDER BY sequence LIMIT $2")
        .bind(organization)
        .bind(i64::from(limit) + 1)
        .all(self)
        .await?;
        places.pop();
        Ok(places)
    }

    /// Removes the events up to the checkpoint's and keeps that instead. How many there were.
    pub async fn cut_audit_log(&mut self, checkpoint: &AuditCheckpoint) -> Result<u64, StoreError> {
        sql("INSERT INTO audit_checkpoints (organization_id, sequence, hash, signature, created_at, updated_at) \
            VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (organization_id) DO UPDATE SET \
            sequence = excluded.sequence, hash = excluded.hash, signature = excluded.signature, \
            created_at = excluded.created_at, updated_at = excluded.updated_at")
        .bind(checkpoint.organization_id)
        .bind(checkpoint.sequence)
        .bind(&checkpoint.hash)
        .bind(checkpoint.signature.as_slice())
        .bind(checkpoint.created_at)
        .execute(self)
        .await?;
        sql("DELETE FROM audit_events WHERE organization_id = $1 AND sequence <= $2")
            .bind(checkpoint.organization_id)
            .bind(checkpoint.sequence)
            .execute(self)
            .await
    }
}
