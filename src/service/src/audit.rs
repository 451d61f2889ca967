//! Audit events: who, through which credential, from where, did what, to what, with which effect.
//!
//! An event is written in the transaction of the change that it tells of: neither exists without the other.

mod export;
mod list;
mod refusals;
mod retention;
mod verify;

use mintkey_domain::{AuditAction, AuditEventId, AuditOutcome, Principal, PrincipalType, Timestamp};
use mintkey_store::NewAuditEvent;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{Actor, Service};

pub use export::{AuditExport, ExportedEvent};
pub use list::AuditQuery;
pub(crate) use refusals::Refusals;
pub use verify::{AuditCheck, AuditFlaw, AuditHead};

/// What was acted on.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    id: Option<Uuid>,
    name: &'a str,
}

/// What changed: each field's value before and after. Secrets are never among them.
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

impl Details {
    /// A field of something new.
    pub(crate) fn set(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.after.insert(field.to_owned(), value.into());
        self
    }

    /// A field that may have changed; it is told only if it did.
    pub(crate) fn field(mut self, field: &str, before: impl Into<Value>, after: impl Into<Value>) -> Self {
        let (before, after) = (before.into(), after.into());
        if before != after {
            self.before.insert(field.to_owned(), before);
            self.after.insert(field.to_owned(), after);
        }
        self
    }

    /// A circumstance, such as a reason.
    pub(crate) fn note(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.notes.insert(name.to_owned(), value.into());
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

impl Service {
    /// The event of an act that was done.
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
