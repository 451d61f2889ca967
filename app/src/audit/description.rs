//! Formats an event's changes and notes as text.

use mintkey_domain::{Timestamp, wire::AuditDetails};
use serde_json::{Map, Value};

use super::action_names::humanize;
use crate::time_format::exact;

/// Shown for an empty value.
const NOTHING: &str = "none";

/// A changed field: its name, and its values before and after, where known.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// The changed fields, without duplicates.
pub(super) fn fields(details: &AuditDetails) -> Vec<Field> {
    let AuditDetails { before, after, .. } = details;
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    let text = |from: &Map<String, Value>, name: &str| from.get(name).map(value);
    let field = |name: &String| Field { name: humanize(name), before: text(before, name), after: text(after, name) };
    after.keys().chain(gone).map(field).collect()
}

/// The event's notes, as name and value.
pub(super) fn notes(details: &AuditDetails) -> Vec<(String, String)> {
    let note = |(name, noted): (&String, &Value)| match (name.as_str(), noted) {
        // Shown as what was done: tokens revoked, not tokens kept.
        ("keep_access_tokens", Value::Bool(kept)) => ("Access tokens revoked".to_owned(), value(&(!kept).into())),
        ("ca_pem", _) => ("Certificates".to_owned(), value(noted)),
        _ => (humanize(name), value(noted)),
    };
    details.notes.iter().map(note).collect()
}

/// All changes and notes in one line: `Role: Member → Admin · Reason: no longer needed`.
pub(super) fn line(details: &AuditDetails) -> String {
    // Empty fields of a new object are omitted.
    let is_set = |field: &Field| field.before.is_some() || field.after.as_deref() != Some(NOTHING);
    let fields =
        fields(details).into_iter().filter(is_set).map(|Field { name, before, after }| match (before, after) {
            (Some(before), Some(after)) => format!("{name}: {before} → {after}"),
            (Some(before), None) => format!("{name}: was {before}"),
            (None, after) => format!("{name}: {}", after.unwrap_or_default()),
        });
    let notes = notes(details).into_iter().map(|(name, value)| format!("{name}: {value}"));
    fields.chain(notes).collect::<Vec<_>>().join(" · ")
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => NOTHING.to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) if text.is_empty() => NOTHING.to_owned(),
        Value::String(text) => match text.parse::<Timestamp>() {
            Ok(time) => exact(time.millis()),
            Err(_) => text.clone(),
        },
        Value::Array(items) if items.is_empty() => NOTHING.to_owned(),
        Value::Array(items) => items.iter().map(self::value).collect::<Vec<_>>().join(", "),
        Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_is_described_in_one_line() {
        let map = |value: Value| value.as_object().cloned().unwrap_or_default();
        let details = AuditDetails {
            before: map(json!({"role": "member", "label": "Old"})),
            after: map(
                json!({"role": "admin", "scopes": ["a.read", "b.read"], "expires_at": "2026-11-22T09:14:05.000Z", "max": null}),
            ),
            notes: map(json!({"reason": "no longer needed", "force": true})),
        };
        assert_eq!(
            line(&details),
            "Expires at: Sunday 22 November 2026, 09:14:05 UTC · Role: member → admin · Scopes: a.read, b.read · Label: was Old · Force: yes · \
             Reason: no longer needed"
        );
        assert_eq!(line(&AuditDetails::default()), "");
        let notes = map(json!({"keep_access_tokens": false}));
        assert_eq!(line(&AuditDetails { notes, ..AuditDetails::default() }), "Access tokens revoked: yes");
    }
}
