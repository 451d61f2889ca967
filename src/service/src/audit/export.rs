//! The audit log as it stands in the database, for other systems to keep and to check.

use mintkey_domain::{OrganizationId, Timestamp};
use mintkey_store::AuditEvent;
use serde::Serialize;
use uuid::Uuid;

use super::list::hex;
use crate::{Actor, Result, Service, people::require_system};

/// An event with all that its hash covers; `docs/audit.md` says how.
#[derive(Debug, Clone, Serialize)]
pub struct ExportedEvent {
    organization_id: OrganizationId,
    sequence: i64,
    count: i64,
    id: Uuid,
    occurred_at: Timestamp,
    actor_type: &'static str,
    actor_id: Option<Uuid>,
    actor_name: String,
    via: String,
    credential_id: Option<Uuid>,
    ip: Option<String>,
    user_agent: Option<String>,
    request_id: Option<Uuid>,
    action: String,
    target_type: String,
    target_id: Option<Uuid>,
    target_name: String,
    outcome: String,
    /// JSON as a text: the hash covers these very bytes.
    details: String,
    previous_hash: String,
    hash: String,
}

impl ExportedEvent {
    /// Its number, behind which the next part of the log begins.
    pub const fn sequence(&self) -> i64 {
        self.sequence
    }
}

impl Service {
    /// The events of the organization behind that number, the oldest first.
    pub async fn export_audit_log(&self, actor: &Actor, after: i64, limit: u32) -> Result<Vec<ExportedEvent>> {
        require_system(actor)?;
        let events = self.store.audit_chain(actor.organization, after, limit).await?;
        Ok(events.into_iter().map(exported).collect())
    }
}

fn exported(AuditEvent { sequence, count, previous_hash, hash, event }: AuditEvent) -> ExportedEvent {
    ExportedEvent {
        organization_id: event.organization_id,
        sequence,
        count,
        id: event.id.uuid(),
        occurred_at: event.at,
        actor_type: event.actor_type.as_str(),
        actor_id: event.actor_id,
        actor_name: event.actor_name,
        via: event.via,
        credential_id: event.credential_id,
        ip: event.ip,
        user_agent: event.user_agent,
        request_id: event.request_id,
        action: event.action,
        target_type: event.target_type,
        target_id: event.target_id,
        target_name: event.target_name,
        outcome: event.outcome,
        details: event.details,
        previous_hash: hex(&previous_hash),
        hash: hex(&hash),
    }
}
