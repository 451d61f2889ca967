//! Pruning of old events, and the checkpoint that replaces them.

use mintkey_domain::{OrganizationId, Timestamp};

use crate::{
    Store, StoreError, Tx,
    sql::{FromRow, Row, sql},
};

/// The last event that was pruned from the beginning of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditCheckpoint {
    /// The organization whose log it is.
    pub organization_id: OrganizationId,
    /// The event's sequence number.
    pub sequence: i64,
    /// Its hash, which the next event's hash covers.
    pub hash: [u8; 32],
    /// The signature over the fields above.
    pub signature: Vec<u8>,
    /// When the events were pruned.
    pub created_at: Timestamp,
}

/// The fields of an event that pruning needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrunableEvent {
    /// The sequence number.
    pub sequence: i64,
    /// When it happened.
    pub at: Timestamp,
    /// The hash.
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

impl FromRow for PrunableEvent {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self { sequence: row.get("sequence")?, at: row.get("occurred_at")?, hash: row.get("hash")? })
    }
}

impl Store {
    /// The checkpoint before the first event of the organization's log; `None` if nothing was pruned.
    pub async fn audit_checkpoint(&self, organization: OrganizationId) -> Result<Option<AuditCheckpoint>, StoreError> {
        sql("SELECT * FROM audit_checkpoints WHERE organization_id = $1")
            .bind(organization)
            .optional(&mut self.reader().await?)
            .await
    }
}

impl Tx {
    /// The first events of a log, the oldest first. Never the last one, because the next event chains to it.
    pub async fn oldest_audit_events(
        &mut self,
        organization: OrganizationId,
        limit: u32,
    ) -> Result<Vec<PrunableEvent>, StoreError> {
        let mut places: Vec<PrunableEvent> = sql("SELECT sequence, occurred_at, hash FROM audit_events \
            WHERE organization_id = $1 ORDER BY sequence LIMIT $2")
        .bind(organization)
        .bind(i64::from(limit) + 1)
        .all(self)
        .await?;
        places.pop();
        Ok(places)
    }

    /// Deletes the events up to the checkpoint, stores the checkpoint and returns the number of deleted events.
    pub async fn prune_audit_log(&mut self, checkpoint: &AuditCheckpoint) -> Result<u64, StoreError> {
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
