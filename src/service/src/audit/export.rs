//! Export of the audit log: raw, so that other systems can store and verify it, and by query, as CSV for people. Each
//! export is itself an audit event.

use mintkey_domain::{AuditAction, OrganizationId, Timestamp, wire};
use mintkey_store::AuditEvent;
use serde::Serialize;
use uuid::Uuid;

use super::{AuditQuery, Details};
use crate::{Actor, Paging, Result, Service, change::PendingAction, hex, people::require_system};

/// Events per read.
const PART: u32 = 100;

/// The events that match a query, up to a limit, the newest first. They are read on demand.
pub struct AuditExport {
    service: Service,
    actor: Actor,
    /// Events that were read but not returned yet. The first read also returned the total.
    read: Vec<wire::AuditEvent>,
    /// The query of the next read.
    next: Option<AuditQuery>,
    /// How many events may still be returned.
    room: usize,
    /// The number of matching events.
    pub total: i64,
    /// Whether `total` is a lower bound.
    pub total_capped: bool,
}

impl AuditExport {
    /// The next events; empty after the last.
    ///
    /// # Errors
    /// As for the list: the scope is checked again.
    pub async fn next(&mut self) -> Result<Vec<wire::AuditEvent>> {
        let mut events = std::mem::take(&mut self.read);
        if events.is_empty()
            && let Some(part) = self.next.take().filter(|_| self.room > 0)
        {
            let page = self.service.audit_log(&self.actor, part.clone()).await?;
            self.next = after(part, page.next_cursor);
            events = page.data;
        }
        events.truncate(self.room);
        self.room -= events.len();
        Ok(events)
    }
}

/// An event with all fields that its hash covers; `docs/audit.md` specifies the hash.
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
    /// JSON as a string: the hash covers its exact bytes.
    details: String,
    previous_hash: String,
    hash: String,
}

impl ExportedEvent {
    /// The sequence number, after which the next part of the log starts.
    pub const fn sequence(&self) -> i64 {
        self.sequence
    }
}

impl Service {
    /// The newest events that match the query, up to `most`. Before returning, writes an event with the number of
    /// exported events and the filter.
    pub async fn export_audit_events(&self, actor: &Actor, query: AuditQuery, most: usize) -> Result<AuditExport> {
        let act = self.change(actor, AuditAction::AuditExport, actor.organization.uuid())?;
        let filter = query.narrowing();
        let first = AuditQuery { paging: Paging::Page { page: 1, limit: PART }, ..query };
        // As it was when the export began: what is written meanwhile isn't missing from it.
        let wire::ListPage { data, next_cursor, total, total_capped, .. } =
            self.audit_log(actor, first.clone()).await?;
        let events = if total_capped { most } else { usize::try_from(total).unwrap_or_default().min(most) };
        let mut details = Details::default().note("format", "csv").note("events", events);
        if !filter.is_empty() {
            details = details.note("filter", filter);
        }
        record(act, details).await?;
        Ok(AuditExport {
            service: self.clone(),
            actor: actor.clone(),
            read: data,
            next: after(first, next_cursor),
            room: events,
            total,
            total_capped,
        })
    }

    /// Writes an event that the log after this sequence number is about to be exported. The export includes this event
    /// as its last.
    pub async fn record_audit_export(&self, actor: &Actor, after: i64) -> Result<()> {
        require_system(actor)?;
        let act = self.change(actor, AuditAction::AuditExport, actor.organization.uuid())?;
        record(act, Details::default().note("format", "jsonl").note("after", after)).await
    }

    /// The organization's events after this sequence number, the oldest first.
    pub async fn export_audit_log(&self, actor: &Actor, after: i64, limit: u32) -> Result<Vec<ExportedEvent>> {
        require_system(actor)?;
        let events = self.store.audit_chain(actor.organization, after, limit).await?;
        Ok(events.into_iter().map(exported).collect())
    }
}

/// The query of the part after this one.
fn after(part: AuditQuery, cursor: Option<String>) -> Option<AuditQuery> {
    cursor.map(|cursor| AuditQuery { paging: Paging::Cursor { cursor, limit: PART }, ..part })
}

async fn record(act: PendingAction<'_>, details: Details) -> Result<()> {
    act.run(move |change| {
        Box::pin(async move {
            let tenant = change.tenant().await?;
            Ok(change.done(tenant.row.name.as_str(), &details, ()))
        })
    })
    .await
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
        previous_hash: hex::encode(&previous_hash),
        hash: hex::encode(&hash),
    }
}
