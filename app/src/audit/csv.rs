//! The log as a table for other programs (RFC 4180).

use axum::{
    extract::RawQuery,
    response::{IntoResponse, Response},
};
use http::header;
use mintkey_domain::wire::{AuditEvent, Page};
use mintkey_service::Paging;

use super::query::Asked;
use crate::{error::Result, http::Person};

/// The most events of one export: the newest.
pub(super) const MOST: usize = 10_000;

/// Events that are read at once.
const PART: u32 = 100;

const COLUMNS: &str = "sequence,occurred_at,actor_type,actor_id,actor,via,credential_id,ip,user_agent,action,\
                       target_type,target_id,target,outcome,count,before,after,notes,request_id,hash,previous_hash\r\n";

/// `GET /settings/audit.csv`, with the filters of the page.
pub(super) async fn export(person: Person, RawQuery(query): RawQuery) -> Result<Response> {
    let asked = Asked::parse(query.as_deref().unwrap_or_default());
    let mut table = COLUMNS.to_owned();
    let mut rows = 0;
    let mut part = asked.from(String::new()).query(PART);
    loop {
        let Page { data, next_cursor, .. } = person.visitor.service().audit_log(&person.actor, part.clone()).await?;
        for event in data.iter().take(MOST - rows) {
            push(&mut table, event);
        }
        rows += data.len();
        match next_cursor {
            Some(cursor) if rows < MOST => part.paging = Paging::Cursor { cursor, limit: PART },
            _ => break,
        }
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""),
    ];
    Ok((headers, table).into_response())
}

fn push(table: &mut String, event: &AuditEvent) {
    let id = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let map = |map: &serde_json::Map<String, serde_json::Value>| {
        if map.is_empty() { String::new() } else { serde_json::to_string(map).unwrap_or_default() }
    };
    let cells = [
        event.sequence.to_string(),
        event.occurred_at.to_string(),
        event.actor.kind.to_string(),
        id(event.actor.id),
        event.actor.name.clone(),
        event.via.clone(),
        id(event.credential_id),
        event.ip.clone().unwrap_or_default(),
        event.user_agent.clone().unwrap_or_default(),
        event.action.clone(),
        event.target.kind.clone(),
        id(event.target.id),
        event.target.name.clone(),
        event.outcome.to_string(),
        event.count.to_string(),
        map(&event.details.before),
        map(&event.details.after),
        map(&event.details.notes),
        id(event.request_id),
        event.hash.clone(),
        event.previous_hash.clone(),
    ];
    table.push_str(&cells.map(|text| cell(&text)).join(","));
    table.push_str("\r\n");
}

/// One cell. What a spreadsheet would take for a formula gets an apostrophe in front, since names in the log are
/// other people's words.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn cells_are_quoted_and_never_a_formula() {
        for (text, told) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("=A1,B1", "\"'=A1,B1\""),
            ("@sum", "'@sum"),
            ("-1", "'-1"),
            ("+1", "'+1"),
            ("\t=1", "'\t=1"),
            ("", ""),
        ] {
            assert_eq!(cell(text), told, "{text:?}");
        }
    }
}
