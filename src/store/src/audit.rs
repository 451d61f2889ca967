//! The audit log: a chain of events per organization, each hash covering the one before it.

mod chain;
mod list;
mod retention;

use mintkey_domain::{AuditEventId, OrganizationId, PrincipalType, Timestamp};
use uuid::Uuid;

pub(crate) use chain::{Heads, fold_names};
pub use list::{AuditFilter, AuditPage};
pub use retention::{AuditCheckpoint, AuditPlace};

use crate::{
    Store, StoreError,
    sql::{FromRow, Row, sql},
};

/// Something that was done, or refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAuditEvent {
    /// Its id.
    pub id: AuditEventId,
    /// Whose log it stands in.
    pub organization_id: OrganizationId,
    /// When it happened.
    pub at: Timestamp,
    /// The kind of who did it.
    pub actor_type: PrincipalType,
    /// Who did it; nobody for Mintkey itself.
    pub actor_id: Option<Uuid>,
    /// Their name at the time.
    pub actor_name: String,
    /// How they had proved who they are.
    pub via: String,
    /// The token or session that they used.
    pub credential_id: Option<Uuid>,
    /// The address that they came from.
    pub ip: Option<String>,
    /// The program that they used.
    pub user_agent: Option<String>,
    /// The request.
    pub request_id: Option<Uuid>,
    /// What was done: `token.create`.
    pub action: String,
    /// The kind of what it was done to.
    pub target_type: String,
    /// What it was done to.
    pub target_id: Option<Uuid>,
    /// Its name at the time.
    pub target_name: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// More about it: a JSON object without secrets.
    pub details: String,
}

/// An event with its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its number in the organization, from 1 and without gaps.
    pub sequence: i64,
    /// How often it happened; more than once only where like events are counted together.
    pub count: i64,
    /// The hash of the event before it; zeros for the first.
    pub previous_hash: [u8; 32],
    /// SHA-256 over all of the event and over `previous_hash`.
    pub hash: [u8; 32],
    /// What happened.
    pub event: NewAuditEvent,
}

impl AuditEvent {
    /// Whether the hash is that of the event and the one before it.
    pub fn is_intact(&self) -> bool {
        self.hash == chain::hash(&self.event, self.sequence, self.count, &self.previous_hash)
    }
}

impl FromRow for AuditEvent {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            sequence: row.get("sequence")?,
            count: row.get("count")?,
            previous_hash: row.get("previous_hash")?,
            hash: row.get("hash")?,
            event: NewAuditEvent {
                id: row.get("id")?,
                organization_id: row.get("organization_id")?,
                at: row.get("occurred_at")?,
                actor_type: row.get("actor_type")?,
                actor_id: row.get("actor_id")?,
                actor_name: row.get("actor_name")?,
                via: row.get("via")?,
                credential_id: row.get("credential_id")?,
                ip: row.get("ip")?,
                user_agent: row.get("user_agent")?,
                request_id: row.get("request_id")?,
                action: row.get("action")?,
                target_type: row.get("target_type")?,
                target_id: row.get("target_id")?,
                target_name: row.get("target_name")?,
                outcome: row.get("outcome")?,
                details: row.get("details")?,
            },
        })
    }
}

impl Store {
    /// The organization's last events, the newest first.
    pub async fn audit_events(&self, organization: OrganizationId, limit: u32) -> Result<Vec<AuditEvent>, StoreError> {
        sql("SELECT * FROM audit_events WHERE organization_id = $1 ORDER BY sequence DESC LIMIT $2")
            .bind(organization)
            .bind(i64::from(limit))
            .all_readable(&mut self.reader().await?)
            .await
    }
}
