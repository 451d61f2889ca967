//! The audit log taken out: as it stands in the database, for other systems to keep and to check, and as far as a query
//! goes, for people. That it was taken out is an event in it.

use mintkey_domain::{AuditAction, OrganizationId, Timestamp, wire};
use mintkey_store::AuditEvent;
use serde::Serialize;
use uuid::Uuid;

use super::{AuditQuery, Details, list::hex};
use crate::{Actor, Paging, Result, Service, change::Act, people::require_system};

/// Events that are read at once.
const PART: u32 = 100;

/// The events that a query finds, up to a bound, the newest first. They are read as they are taken.
pub struct AuditExport {
    service: Service,
    actor: Actor,
    /// What was read and not taken yet: the first part, which tells how many events there are.
    read: Vec<wire::AuditEvent>,
    /// The part that is read next.
    next: Option<AuditQuery>,
    /// How many more it may have.
    room: usize,
    /// How many there are in all.
    pub total: i64,
    /// Whether there are more than `total`.
    pub total_capped: bool,
}

impl AuditExport {
    /// The next events; none after the last.
    ///
    /// # Errors
    /// As for the list: the actor's scope is required again.
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
    /// The newest events that the query finds, `most` of them. The export is written to the log before it is handed out,
    /// with how many events it has and what narrowed them.
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

    /// Writes to the log that what is behind that number is about to be exported. The export has this event too, as its
    /// last.
    pub async fn record_audit_export(&self, actor: &Actor, after: i64) -> Result<()> {
        require_system(actor)?;
        let act = self.change(actor, AuditAction::AuditExport, actor.organization.uuid())?;
        record(act, Details::default().note("format", "jsonl").note("after", after)).await
    }

    /// The events of the organization behind that number, the oldest first.
    pub async fn export_audit_log(&self, actor: &Actor, after: i64, limit: u32) -> Result<Vec<ExportedEvent>> {
        require_system(actor)?;
        let events = self.store.audit_chain(actor.organization, after, limit).await?;
        Ok(events.into_iter().map(exported).collect())
    }
}

/// The part behind that one.
fn after(part: AuditQuery, cursor: Option<String>) -> Option<AuditQuery> {
    cursor.map(|cursor| AuditQuery { paging: Paging::Cursor { cursor, limit: PART }, ..part })
}

async fn record(act: Act<'_>, details: Details) -> Result<()> {
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
        previous_hash: hex(&previous_hash),
        hash: hex(&hash),
    }
}
