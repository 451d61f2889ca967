//! CSV export of the audit log (RFC 4180).

use axum::{
    body::Body,
    extract::RawQuery,
    response::{IntoResponse, Response},
};
use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};
use futures_util::stream;
use http::{Method, header};
use mintkey_domain::{ErrorCode, wire::AuditEvent};
use mintkey_service::{AuditExport, Error};

use super::query::{LOG, Params};
use crate::{
    error::{AppError, Result},
    frame::number,
    web::{SignedIn, from_another_site, redirect},
};

/// Maximum number of events in one export. The newest are exported.
pub(super) const MAX_EVENTS: usize = 10_000;

/// Without a byte order mark, Excel decodes UTF-8 as the system code page.
const BYTE_ORDER_MARK: &str = "\u{feff}";

const COLUMNS: [&str; 21] = [
    "sequence",
    "occurred_at",
    "actor_type",
    "actor_id",
    "actor",
    "via",
    "credential_id",
    "ip",
    "user_agent",
    "action",
    "target_type",
    "target_id",
    "target",
    "outcome",
    "count",
    "before",
    "after",
    "notes",
    "request_id",
    "hash",
    "previous_hash",
];

/// `GET /settings/audit.csv`, with the same filters as the page.
pub(super) async fn export(user: SignedIn, RawQuery(query): RawQuery) -> Result<Response> {
    let params = Params::parse(query.as_deref().unwrap_or_default());
    if from_another_site(&user.visitor.parts.headers) {
        // An export writes an audit event, so a link on another site must not trigger one as this user.
        return Ok(redirect(&params.from(String::new()).href(LOG)));
    }
    if let [mistake, ..] = params.validation_messages().as_slice() {
        // The file is read later, without the page's hints, so an invalid filter must not widen the export.
        return Err(AppError::new(ErrorCode::InvalidRequest, mistake));
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""),
    ];
    if user.visitor.parts.method == Method::HEAD {
        // A HEAD request must not write an audit event.
        return Ok(headers.into_response());
    }
    let query = params.from(String::new()).query(1);
    let export = user.visitor.service().export_audit_events(&user.actor, query, MAX_EVENTS).await?;
    let parts = stream::try_unfold(CsvStream { export, progress: Progress::Nothing }, |mut csv| async move {
        let part = csv.next().await.inspect_err(|error| tracing::warn!(%error, "an export failed"))?;
        Ok::<_, Error>(part.map(|part| (part, csv)))
    });
    Ok((headers, Body::from_stream(parts)).into_response())
}

/// The CSV file, generated while it is sent so that the whole log needn't fit in memory.
struct CsvStream {
    export: AuditExport,
    progress: Progress,
}

/// How much of the file has been generated.
enum Progress {
    Nothing,
    Events(i64),
    All,
}

impl CsvStream {
    /// Returns the next chunk, or `None` at the end.
    async fn next(&mut self) -> std::result::Result<Option<Vec<u8>>, Error> {
        let exported = match self.progress {
            Progress::Nothing => {
                self.progress = Progress::Events(0);
                return head().map(Some).map_err(failed);
            }
            Progress::Events(exported) => exported,
            Progress::All => return Ok(None),
        };
        let events = self.export.next().await?;
        if events.is_empty() {
            self.progress = Progress::All;
            return end(exported, self.export.total, self.export.total_capped).map_err(failed);
        }
        self.progress = Progress::Events(exported + i64::try_from(events.len()).unwrap_or(i64::MAX));
        rows(&events).map(Some).map_err(failed)
    }
}

fn failed(_: csv::Error) -> Error {
    Error::Worker("a table could not be written")
}

fn writer(to: Vec<u8>) -> Writer<Vec<u8>> {
    WriterBuilder::new().quote_style(QuoteStyle::Always).terminator(Terminator::CRLF).from_writer(to)
}

fn finish(table: Writer<Vec<u8>>) -> csv::Result<Vec<u8>> {
    table.into_inner().map_err(|error| error.into_error().into())
}

fn head() -> csv::Result<Vec<u8>> {
    let mut table = writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    table.write_record(COLUMNS)?;
    finish(table)
}

fn rows(events: &[AuditEvent]) -> csv::Result<Vec<u8>> {
    let mut table = writer(Vec::new());
    events.iter().try_for_each(|event| push(&mut table, event))?;
    finish(table)
}

/// The last line, which reports the events that were left out; `None` if the export is complete.
fn end(exported: i64, total: i64, total_capped: bool) -> csv::Result<Option<Vec<u8>>> {
    if total <= exported && !total_capped {
        return Ok(None);
    }
    let more = if total_capped { "more than " } else { "" };
    let mut cells = [const { String::new() }; COLUMNS.len()];
    cells[0] = format!(
        "Incomplete: the newest {} of {more}{} events. Narrow the filters to export older ones.",
        number(exported),
        number(total)
    );
    let mut table = writer(Vec::new());
    table.write_record(&cells)?;
    finish(table).map(Some)
}

fn push(table: &mut Writer<Vec<u8>>, event: &AuditEvent) -> csv::Result<()> {
    let id = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let map = |map: &serde_json::Map<String, serde_json::Value>| {
        if map.is_empty() { String::new() } else { serde_json::to_string(map).unwrap_or_default() }
    };
    let cells: [String; COLUMNS.len()] = [
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
    table.write_record(cells.map(|text| without_formulas(&text)))
}

/// The text of a cell, with an apostrophe before each character that could start a formula, because users choose the
/// names in the log. Spreadsheets that ignore quotes can start a new cell after a semicolon, a tab or a line break, so
/// these positions are escaped too.
fn without_formulas(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut begins = true;
    for c in text.chars() {
        if begins && matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') {
            safe.push('\'');
        }
        safe.push(c);
        begins = match c {
            ';' | '\t' | '\r' | '\n' => true,
            // Some spreadsheets strip leading spaces.
            ' ' | '"' => begins,
            _ => false,
        };
    }
    safe
}

#[cfg(test)]
mod tests {
    use mintkey_domain::{
        AuditEventId, AuditOutcome, PrincipalType, Timestamp,
        wire::{AuditActor, AuditDetails, AuditTarget},
    };

    use super::*;

    fn event(name: &str) -> AuditEvent {
        AuditEvent {
            id: AuditEventId::from_uuid(uuid::Uuid::nil()),
            sequence: 7,
            occurred_at: Timestamp::EPOCH,
            count: 1,
            actor: AuditActor { kind: PrincipalType::User, id: None, name: "mia@example.com".to_owned() },
            via: "session".to_owned(),
            credential_id: None,
            ip: None,
            user_agent: None,
            request_id: None,
            action: "token.create".to_owned(),
            target: AuditTarget { kind: "token".to_owned(), id: None, name: name.to_owned() },
            outcome: AuditOutcome::Done,
            details: AuditDetails::default(),
            hash: "aa".to_owned(),
            previous_hash: "bb".to_owned(),
        }
    }

    fn written(names: &[&str], total: i64, total_capped: bool) -> String {
        let events: Vec<_> = names.iter().map(|name| event(name)).collect();
        let end = end(i64::try_from(events.len()).unwrap(), total, total_capped).unwrap().unwrap_or_default();
        String::from_utf8([head().unwrap(), rows(&events).unwrap(), end].concat()).unwrap()
    }

    #[test]
    fn every_cell_is_quoted_behind_a_byte_order_mark() {
        let text = written(&["Grüße, \"you\"\nall"], 1, false);
        let rest = text.strip_prefix("\u{feff}\"sequence\",\"occurred_at\",").unwrap();
        let (_, row) = rest.split_once("\"previous_hash\"\r\n").unwrap();
        assert!(row.starts_with("\"7\",\"1970-01-01T00:00:00.000Z\",\"user\",\"\",\"mia@example.com\",\"session\""));
        assert!(row.contains(",\"Grüße, \"\"you\"\"\nall\","), "{row}");
        assert!(row.ends_with(",\"aa\",\"bb\"\r\n"), "{row}");
    }

    #[test]
    fn the_last_line_says_what_is_missing() {
        let last = |total, capped| written(&["a", "b"], total, capped).lines().last().unwrap().to_owned();
        let padding = ",\"\"".repeat(COLUMNS.len() - 1);
        let note = |of: &str| {
            let sentence = format!("Incomplete: the newest 2 of {of} events. Narrow the filters to export older ones.");
            format!("\"{sentence}\"{padding}")
        };
        assert_eq!(last(3, false), note("3"));
        assert!(last(10_000, true).contains("of more than 10"));
        assert!(last(2, false).starts_with("\"7\","), "all of it");
    }

    #[test]
    fn nothing_that_people_typed_is_a_formula() {
        for (text, expected) in [
            ("plain", "plain"),
            ("=1+1", "'=1+1"),
            ("@sum", "'@sum"),
            ("-1", "'-1"),
            ("+1", "'+1"),
            ("＝1", "'＝1"),
            ("\t=1", "\t'=1"),
            ("x;=1+1;y", "x;'=1+1;y"),
            ("x; =1", "x; '=1"),
            ("x\t@a", "x\t'@a"),
            ("x\n-1\r+2", "x\n'-1\r'+2"),
            ("x;\"=1\"", "x;\"'=1\""),
            ("a-b;c=d", "a-b;c=d"),
            ("", ""),
        ] {
            assert_eq!(without_formulas(text), expected, "{text:?}");
        }
    }
}
