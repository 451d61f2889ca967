//! The audit log: a hash chain of events per organization.

mod chain;
mod list;
mod retention;

use mintkey_domain::{AuditEventId, OrganizationId, PrincipalType, Timestamp};
use uuid::Uuid;

pub(crate) use chain::{ChainHeads, fold_names};
pub use list::{AuditFilter, AuditPage};
pub use retention::{AuditCheckpoint, PrunableEvent};

use crate::{
    Store, StoreError,
    sql::{FromRow, Row, sql},
};

/// An event that was performed or refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAuditEvent {
    /// The ID.
    pub id: AuditEventId,
    /// The organization whose log it belongs to.
    pub organization_id: OrganizationId,
    /// When it happened.
    pub at: Timestamp,
    /// The type of the actor.
    pub actor_type: PrincipalType,
    /// The actor; `None` for Mintkey itself.
    pub actor_id: Option<Uuid>,
    /// The actor's name at the time.
    pub actor_name: String,
    /// How the actor authenticated.
    pub via: String,
    /// The token or session that the actor used.
    pub credential_id: Option<Uuid>,
    /// The client's IP address.
    pub ip: Option<String>,
    /// The client's user agent.
    pub user_agent: Option<String>,
    /// The ID of the request.
    pub request_id: Option<Uuid>,
    /// The action: `token.create`.
    pub action: String,
    /// The type of the target.
    pub target_type: String,
    /// The target of the action.
    pub target_id: Option<Uuid>,
    /// The target's name at the time.
    pub target_name: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// Further details: a JSON object without secrets.
    pub details: String,
}

/// An event with its position in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// The sequence number in the organization, from 1 and without gaps.
    pub sequence: i64,
    /// The number of occurrences; more than 1 only where equal events are counted together.
    pub count: i64,
    /// The hash of the previous event; zeros for the first.
    pub previous_hash: [u8; 32],
    /// SHA-256 over the whole event and `previous_hash`.
    pub hash: [u8; 32],
    /// The event.
    pub event: NewAuditEvent,
}

impl AuditEvent {
    /// Whether the stored hash matches the event and `previous_hash`.
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
    /// The organization's latest events, the newest first.
    pub async fn audit_events(&self, organization: OrganizationId, limit: u32) -> Result<Vec<AuditEvent>, StoreError> {
        sql("SELECT * FROM audit_events WHERE organization_id = $1 ORDER BY sequence DESC LIMIT $2")
            .bind(organization)
            .bind(i64::from(limit))
            .all_readable(&mut self.reader().await?)
            .await
    }
}
