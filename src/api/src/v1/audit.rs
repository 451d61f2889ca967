//! `/api/v1/audit`.

use axum::{Json, extract::State};
use mintkey_domain::{
    AuditAction, AuditEventId,
    wire::{AuditEvent, ListPage},
};
use mintkey_service::AuditQuery;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    extract::{Caller, ListQuery, PageQuery, Path},
    problem::JsonResult,
    state::Api,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_audit_events)).routes(routes!(get_audit_event))
}

/// List audit events
///
/// What was done in the organization, newest first: by whom, with which credential, from where, to what, and what it
/// changed. No event ever has a secret. A filtered `total` counts to 10,000 at most and then has `total_capped`.
#[utoipa::path(
    get, path = "/api/v1/audit", params(AuditQuery, PageQuery),
    responses((status = 200, description = "One page of events.", body = ListPage<AuditEvent>)),
    extensions(("x-audit-action" = json!(AuditAction::AuditRead))),
)]
async fn list_audit_events(
    State(api): State<Api>,
    Caller(actor): Caller,
    ListQuery { filter, paging }: ListQuery<AuditQuery>,
) -> JsonResult<ListPage<AuditEvent>> {
    Ok(Json(api.service.audit_log(&actor, AuditQuery { paging, ..filter }).await?))
}

/// Get an audit event
///
/// Events never change. `hash` covers the event and the hash of the event before it, so that a change, a gap or another
/// order is detected; `mintkey admin audit verify` checks it.
#[utoipa::path(
    get, path = "/api/v1/audit/{id}",
    responses((status = 200, description = "The event.", body = AuditEvent)),
    extensions(("x-audit-action" = json!(AuditAction::AuditRead))),
)]
async fn get_audit_event(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<AuditEventId>,
) -> JsonResult<AuditEvent> {
    Ok(Json(api.service.audit_event(&actor, id).await?))
}
