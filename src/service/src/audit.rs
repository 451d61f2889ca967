//! Audit events: actor, credential, origin, action, target and outcome.
//!
//! An event is written in the transaction of its change: neither is committed without the other.

mod export;
mod list;
mod refusals;
mod retention;
mod verify;

use std::collections::HashSet;

use mintkey_domain::{AuditAction, AuditEventId, AuditOutcome, Principal, PrincipalType, Timestamp};
use mintkey_store::NewAuditEvent;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{Actor, Service};

pub use export::{AuditExport, ExportedEvent};
pub use list::AuditQuery;
pub(crate) use refusals::Refusals;
pub use verify::{AuditCheck, AuditFlaw, AuditHead};

/// The target of an action.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    id: Option<Uuid>,
    name: &'a str,
}

/// The changed fields with their values before and after. Never contains secrets.
#[derive(Default)]
pub(crate) struct Details {
    before: Map<String, Value>,
    after: Map<String, Value>,
    notes: Map<String, Value>,
}

impl<'a> Target<'a> {
    pub(crate) const fn new(id: Option<Uuid>, name: &'a str) -> Self {
        Self { id, name }
    }
}

/// The most bytes of a list in an event, and of a text. Names of a thousand scopes, before and after, would be hundreds of
/// kilobytes for one edit, kept permanently.
const LIST_BYTES: usize = 2048;
const TEXT_BYTES: usize = 4096;

impl Details {
    /// Adds a field of a new object.
    pub(crate) fn set(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.after.insert(field.to_owned(), shortened(value.into()));
        self
    }

    /// Adds a field if it changed. For long lists, adds only the entries that differ.
    pub(crate) fn field(mut self, field: &str, before: impl Into<Value>, after: impl Into<Value>) -> Self {
        let (mut before, mut after) = (before.into(), after.into());
        if before == after {
            return self;
        }
        if let (Value::Array(old), Value::Array(new)) = (&mut before, &mut after)
            && bytes(old) + bytes(new) > LIST_BYTES
        {
            let [known, kept]: [HashSet<Value>; 2] = [&*old, &*new].map(|list| list.iter().cloned().collect());
            old.retain(|entry| !kept.contains(entry));
            new.retain(|entry| !known.contains(entry));
            self.notes.insert(format!("{field}_unchanged"), (known.len() - old.len()).into());
        }
        self.before.insert(field.to_owned(), shortened(before));
        self.after.insert(field.to_owned(), shortened(after));
        self
    }

    /// Adds other information, such as a reason.
    pub(crate) fn note(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.notes.insert(name.to_owned(), shortened(value.into()));
        self
    }

    fn to_json(&self) -> String {
        let mut details = self.notes.clone();
        for (name, fields) in [("before", &self.before), ("after", &self.after)] {
            if !fields.is_empty() {
                details.insert(name.to_owned(), Value::Object(fields.clone()));
            }
        }
        Value::Object(details).to_string()
    }
}

/// The approximate size of the list as JSON.
fn bytes(list: &[Value]) -> usize {
    list.iter().map(|entry| entry.as_str().map_or(16, str::len) + 3).sum()
}

/// Truncates a list or text that exceeds its limit, and appends how much was removed.
fn shortened(value: Value) -> Value {
    match value {
        Value::Array(mut list) if bytes(&list) > LIST_BYTES => {
            let all = list.len();
            while bytes(&list) > LIST_BYTES {
                list.truncate(list.len() * 9 / 10);
            }
            let more = all - list.len();
            list.push(format!("… and {more} more").into());
            Value::Array(list)
        }
        Value::String(text) if text.len() > TEXT_BYTES => {
            let end = text.floor_char_boundary(TEXT_BYTES);
            format!("{}… and {} more bytes", &text[..end], text.len() - end).into()
        }
        value => value,
    }
}

impl Service {
    /// The event of a successful action.
    pub(crate) fn event(
        &self,
        actor: &Actor,
        at: Timestamp,
        action: AuditAction,
        target: Target<'_>,
        details: &Details,
    ) -> NewAuditEvent {
        let request_id = actor.origin.request_id;
        NewAuditEvent {
            id: AuditEventId::new(at, self.environment.random()),
            organization_id: actor.organization,
            at,
            actor_type: actor.principal.map_or(PrincipalType::System, Principal::kind),
            actor_id: actor.principal.map(Principal::id),
            actor_name: actor.name().to_owned(),
            via: actor.via.as_str().to_owned(),
            credential_id: actor.credential_id(),
            ip: actor.origin.ip.map(|ip| ip.to_string()),
            user_agent: actor.origin.user_agent.clone(),
            request_id: (!request_id.is_nil()).then_some(request_id),
            action: action.as_str().to_owned(),
            target_type: action.target_type().as_str().to_owned(),
            target_id: target.id,
            target_name: target.name.to_owned(),
            outcome: AuditOutcome::Done.as_str().to_owned(),
            details: details.to_json(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(range: std::ops::Range<usize>) -> Vec<String> {
        range.map(|n| format!("{n:0>128}")).collect()
    }

    #[test]
    fn of_long_lists_what_changed_is_told() {
        let details = Details::default().field("scopes", scopes(0..1000), scopes(1..1002));
        let value: Value = serde_json::from_str(&details.to_json()).unwrap();
        assert_eq!(value["before"]["scopes"], serde_json::json!(scopes(0..1)));
        assert_eq!(value["after"]["scopes"], serde_json::json!(scopes(1000..1002)));
        assert_eq!(value["scopes_unchanged"], 999);
    }

    #[test]
    fn an_event_is_bounded_whatever_was_edited() {
        let details = Details::default()
            .field("scopes", scopes(0..1000), scopes(1000..2000))
            .field("description", "ü".repeat(1000), "x")
            .note("scope", scopes(0..1000).join(" "));
        let json = details.to_json();
        assert!(json.len() < 12 * 1024, "{}", json.len());
        let value: Value = serde_json::from_str(&json).unwrap();
        assert!(value["after"]["scopes"].as_array().unwrap().last().unwrap().as_str().unwrap().starts_with("… and 9"));
        assert_eq!(value["before"]["description"].as_str().unwrap().chars().count(), 1000, "all that a field may have");
    }

    #[test]
    fn short_lists_are_told_as_they_are() {
        let details = Details::default().field("scopes", vec!["a", "b"], vec!["b"]);
        let value: Value = serde_json::from_str(&details.to_json()).unwrap();
        assert_eq!(value, serde_json::json!({"before": {"scopes": ["a", "b"]}, "after": {"scopes": ["b"]}}));
    }
}
