//! Reads the audit log.

use deserr::Deserr;
use mintkey_domain::{
    AuditEventId, AuditOutcome, FieldCode, FieldErrors, SearchText, Timestamp,
    request::{Input, QueryTime, RequestErrors},
    scopes, wire,
};
use mintkey_store::{AuditEvent, AuditFilter, PageRequest};
use serde_json::{Map, Value};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{Actor, Error, Paging, Result, Service, hex};

/// The maximum number of characters of an action or a target type.
const MAX_TEXT: usize = 200;

/// Which events, and which part of them.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only acts of this user or service account.
    #[deserr(default)]
    pub actor: Option<Uuid>,
    /// Only acts with this token or console session.
    #[deserr(default)]
    pub credential: Option<Uuid>,
    /// Only events with this action: `token.create`.
    #[deserr(default)]
    #[param(schema_with = wire::audit_action_schema)]
    pub action: Option<String>,
    /// Only acts on this object.
    #[deserr(default)]
    pub target: Option<Uuid>,
    /// Only events with a target of this type: `token`.
    #[deserr(default)]
    #[param(schema_with = wire::audit_target_type_schema)]
    pub target_type: Option<String>,
    /// Only what was done, or only what was refused.
    #[deserr(default)]
    #[param(inline)]
    pub outcome: Option<AuditOutcome>,
    /// From this time on: `2026-11-22T08:30:00Z`. In a query, `+` is written `%2B`.
    #[deserr(default, from(QueryTime) = QueryTime::filter)]
    #[param(inline, value_type = Option<QueryTime>)]
    pub since: Option<Timestamp>,
    /// Before this time; written like `since`.
    #[deserr(default, from(QueryTime) = QueryTime::filter)]
    #[param(inline, value_type = Option<QueryTime>)]
    pub until: Option<Timestamp>,
    /// Words of the actor's and the target's name, in any spelling of case and composition; or the id of either or of the
    /// credential; or an address.
    #[deserr(default)]
    pub q: Option<String>,
    /// Which part; read apart.
    #[deserr(skip)]
    #[param(ignore)]
    pub paging: Paging,
}

impl Input for AuditQuery {}

impl AuditQuery {
    /// The filters that are set, by the names of the query parameters.
    pub(super) fn narrowing(&self) -> Map<String, Value> {
        let text = |value: &Option<String>| value.clone();
        let id = |value: Option<Uuid>| value.map(|id| id.to_string());
        let time = |value: Option<Timestamp>| value.map(|at| at.to_string());
        let fields = [
            ("actor", id(self.actor)),
            ("credential", id(self.credential)),
            ("action", text(&self.action)),
            ("target", id(self.target)),
            ("target_type", text(&self.target_type)),
            ("outcome", self.outcome.map(|outcome| outcome.to_string())),
            ("since", time(self.since)),
            ("until", time(self.until)),
            ("q", text(&self.q)),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::String(value?)))).collect()
    }
}

impl Service {
    /// A page of the organization's audit log, the newest event first.
    pub async fn audit_log(&self, actor: &Actor, query: AuditQuery) -> Result<wire::ListPage<wire::AuditEvent>> {
        actor.require(scopes::AUDIT_READ)?;
        let mut errors = FieldErrors::new();
        let filter = AuditFilter {
            actor: query.actor,
            credential: query.credential,
            action: checked("action", query.action, &mut errors),
            target: query.target,
            target_type: checked("target_type", query.target_type, &mut errors),
            outcome: query.outcome,
            since: query.since,
            until: query.until,
            q: SearchText::parse_query(query.q.as_deref(), &mut errors),
        };
        errors.into_result()?;
        let (page, number, limit) = match query.paging {
            Paging::Page { page, limit } => (PageRequest::Number { page, limit }, Some(page), limit),
            Paging::Cursor { cursor, limit } => (PageRequest::Cursor { cursor, limit }, None, limit),
        };
        let result = self.store.audit_page(actor.organization, &filter, page).await?;
        Ok(wire::ListPage {
            data: result.events.into_iter().map(view).collect(),
            total: result.total,
            total_capped: result.total_capped,
            page: number,
            limit,
            next_cursor: result.next_cursor,
        })
    }

    /// The event with this ID.
    pub async fn audit_event(&self, actor: &Actor, id: AuditEventId) -> Result<wire::AuditEvent> {
        actor.require(scopes::AUDIT_READ)?;
        self.store.audit_event(actor.organization, id).await?.map(view).ok_or_else(Error::not_found)
    }

    /// The IDs of the events before and after this sequence number in the chain, where they exist.
    pub async fn audit_neighbours(
        &self,
        actor: &Actor,
        sequence: i64,
    ) -> Result<(Option<AuditEventId>, Option<AuditEventId>)> {
        actor.require(scopes::AUDIT_READ)?;
        let beside = [sequence.saturating_sub(1), sequence.saturating_add(1)];
        let [older, newer] = self.store.audit_events_at(actor.organization, beside).await?;
        Ok((older, newer))
    }
}

/// Validates a text filter; an empty one is ignored.
fn checked(field: &'static str, text: Option<String>, errors: &mut FieldErrors) -> Option<String> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())?;
    if text.chars().count() > MAX_TEXT {
        errors.push(field, FieldCode::TooLong, format!("Use at most {MAX_TEXT} characters."));
    } else if text.chars().any(char::is_control) {
        errors.push(field, FieldCode::ControlCharacter, "Control characters stand in no name.");
    }
    Some(text)
}

fn view(AuditEvent { sequence, count, previous_hash, hash, event }: AuditEvent) -> wire::AuditEvent {
    wire::AuditEvent {
        id: event.id,
        sequence,
        occurred_at: event.at,
        count,
        actor: wire::AuditActor { kind: event.actor_type, id: event.actor_id, name: event.actor_name },
        via: event.via,
        credential_id: event.credential_id,
        ip: event.ip,
        user_agent: event.user_agent,
        request_id: event.request_id,
        action: event.action,
        target: wire::AuditTarget { kind: event.target_type, id: event.target_id, name: event.target_name },
        outcome: if event.outcome == AuditOutcome::Done.as_str() { AuditOutcome::Done } else { AuditOutcome::Refused },
        details: details(&event.details),
        hash: hex::encode(&hash),
        previous_hash: hex::encode(&previous_hash),
    }
}

/// Parses what [`Change`](super::Change) wrote. Everything but `before` and `after` is a note.
fn details(text: &str) -> wire::AuditDetails {
    let mut notes: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    let mut fields = |name| match notes.remove(name) {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let (before, after) = (fields("before"), fields("after"));
    wire::AuditDetails { before, after, notes }
}
