//! Reads the log: filtered pages, the newest event first, and the chain in order.

use mintkey_domain::{AuditEventId, AuditOutcome, OrganizationId, SearchText, Timestamp};
use uuid::Uuid;

use super::AuditEvent;
use crate::{
    PageRequest, Store, StoreError,
    sql::{Connection, FromRow, Sql, push_words, readable, sql},
};

/// The highest number that a filtered list counts to.
const CAP: i64 = 10_000;

/// Filter of the audit log. All conditions that are set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Events by this actor.
    pub actor: Option<Uuid>,
    /// Events through this token or session.
    pub credential: Option<Uuid>,
    /// Events with this action: `token.create`.
    pub action: Option<String>,
    /// Events with this target.
    pub target: Option<Uuid>,
    /// Events with this type of target.
    pub target_type: Option<String>,
    /// Events with this outcome.
    pub outcome: Option<AuditOutcome>,
    /// Events at or after this time.
    pub since: Option<Timestamp>,
    /// Events before this time.
    pub until: Option<Timestamp>,
    /// Words of the actor's or the target's name, the ID of either or of the credential, or the IP address.
    pub q: Option<SearchText>,
}

/// A page of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// The events, the newest first.
    pub events: Vec<AuditEvent>,
    /// The number of events on all pages.
    pub total: i64,
    /// Whether `total` is a lower bound: counting a filtered log stops at 10,000.
    pub total_capped: bool,
    /// The cursor of the next page; `None` on the last.
    pub next_cursor: Option<String>,
}

impl Store {
    /// A page of the organization's log. [`StoreError::InvalidCursor`] if the cursor isn't from this list.
    pub async fn audit_page(
        &self,
        organization: OrganizationId,
        filter: &AuditFilter,
        page: PageRequest,
    ) -> Result<AuditPage, StoreError> {
        let (offset, limit, before) = match page {
            PageRequest::Number { page, limit } => (i64::from(page.saturating_sub(1)) * i64::from(limit), limit, None),
            PageRequest::Cursor { cursor, limit } => (0, limit, Some(read_cursor(&cursor)?)),
        };
        let mut reader = self.reader().await?;
        let (total, total_capped) = total(&mut reader, organization, filter).await?;
        let mut statement = rows(organization, filter, before);
        statement.push(" LIMIT ").push_bind(i64::from(limit) + 1).push(" OFFSET ").push_bind(offset);
        let (rows, more) = statement.page(limit, &mut reader).await?;
        let events = readable(&rows, AuditEvent::from_row)?;
        let next_cursor = match rows.last() {
            Some(last) if more => Some(cursor(last.get("sequence")?)),
            _ => None,
        };
        Ok(AuditPage { events, total, total_capped, next_cursor })
    }

    /// The event with this ID.
    pub async fn audit_event(
        &self,
        organization: OrganizationId,
        id: AuditEventId,
    ) -> Result<Option<AuditEvent>, StoreError> {
        sql("SELECT * FROM audit_events WHERE organization_id = $1 AND id = $2")
            .bind(organization)
            .bind(id)
            .optional_readable(&mut self.reader().await?)
            .await
    }

    /// The IDs of the events with these sequence numbers; `None` for each that is missing or unreadable.
    pub async fn audit_events_at(
        &self,
        organization: OrganizationId,
        sequences: [i64; 2],
    ) -> Result<[Option<AuditEventId>; 2], StoreError> {
        let rows = sql("SELECT id, sequence FROM audit_events WHERE organization_id = $1 AND sequence IN ($2, $3)")
            .bind(organization)
            .bind(sequences[0])
            .bind(sequences[1])
            .rows(&mut self.reader().await?)
            .await?;
        let events = readable(&rows, |row| Ok((row.get::<i64>("sequence")?, row.get::<AuditEventId>("id")?)))?;
        Ok(sequences.map(|one| events.iter().find(|(sequence, _)| *sequence == one).map(|(_, id)| *id)))
    }

    /// The events after this sequence number, in the order of the chain.
    pub async fn audit_chain(
        &self,
        organization: OrganizationId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<AuditEvent>, StoreError> {
        sql("SELECT * FROM audit_events WHERE organization_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3")
            .bind(organization)
            .bind(after)
            .bind(i64::from(limit))
            .all(&mut self.reader().await?)
            .await
    }
}

/// The rows of a page, the newest first, before the cursor's sequence number.
fn rows(organization: OrganizationId, filter: &AuditFilter, before: Option<i64>) -> Sql {
    let mut statement = sql("SELECT *");
    filter.push(&mut statement, organization);
    if let Some(before) = before {
        statement.push(" AND sequence < ").push_bind(before);
    }
    statement.push(" ORDER BY sequence DESC");
    statement
}

/// The number of events that match. Without a filter it follows from both ends of the chain, which has no gaps.
async fn total(
    on: &mut Connection,
    organization: OrganizationId,
    filter: &AuditFilter,
) -> Result<(i64, bool), StoreError> {
    if *filter == AuditFilter::default() {
        let end = async |on: &mut Connection, text| {
            let row = sql(text).bind(organization).row(on).await?;
            row.map(|row| row.get::<i64>("sequence")).transpose()
        };
        let last =
            end(on, "SELECT sequence FROM audit_events WHERE organization_id = $1 ORDER BY sequence DESC LIMIT 1")
                .await?;
        let first =
            end(on, "SELECT sequence FROM audit_events WHERE organization_id = $1 ORDER BY sequence LIMIT 1").await?;
        return Ok((last.zip(first).map_or(0, |(last, first)| last - first + 1), false));
    }
    let mut statement = sql("SELECT COUNT(*) AS value FROM (SELECT 1");
    filter.push(&mut statement, organization);
    statement.push(" LIMIT ").push_bind(CAP + 1).push(") AS capped");
    let count: i64 = statement.scalar(on).await?;
    Ok((count.min(CAP), count > CAP))
}

impl AuditFilter {
    /// `FROM … WHERE …`.
    fn push(&self, statement: &mut Sql, organization: OrganizationId) {
        statement.push(" FROM audit_events WHERE organization_id = ").push_bind(organization);
        for (column, id) in [
            (" AND actor_id = ", self.actor),
            (" AND credential_id = ", self.credential),
            (" AND target_id = ", self.target),
        ] {
            if let Some(id) = id {
                statement.push(column).push_bind(id);
            }
        }
        let outcome = self.outcome.map(AuditOutcome::as_str);
        for (column, text) in [
            (" AND action = ", self.action.as_deref()),
            (" AND target_type = ", self.target_type.as_deref()),
            (" AND outcome = ", outcome),
        ] {
            if let Some(text) = text {
                statement.push(column).push_bind(text);
            }
        }
        if let Some(since) = self.since {
            statement.push(" AND occurred_at >= ").push_bind(since);
        }
        if let Some(until) = self.until {
            statement.push(" AND occurred_at < ").push_bind(until);
        }
        if let Some(q) = &self.q {
            statement.push(" AND (");
            push_words(statement, q, &["names_folded"]);
            if let Some(id) = q.id() {
                for column in [" OR actor_id = ", " OR target_id = ", " OR credential_id = "] {
                    statement.push(column).push_bind(id);
                }
            }
            if let Some(address) = q.address() {
                statement.push(" OR ip = ").push_bind(address.to_string());
            }
            statement.push(")");
        }
    }
}

/// Opaque to callers: the last row's sequence number after a prefix that marks this list.
fn cursor(sequence: i64) -> String {
    format!("61{sequence:016x}")
}

fn read_cursor(text: &str) -> Result<i64, StoreError> {
    let digits = text.strip_prefix("61").filter(|digits| digits.len() == 16);
    let plain = digits.filter(|digits| digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
    plain.and_then(|digits| i64::from_str_radix(digits, 16).ok()).ok_or(StoreError::InvalidCursor)
}
