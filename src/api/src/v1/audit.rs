//! `GET /api/v1/audit` and `GET /api/v1/audit/{id}`.

use axum::{Json, extract::State};
use deserr::Deserr;
use mintkey_domain::{AuditAction, AuditEventId, AuditOutcome, ErrorCode, wire};
use mintkey_service::AuditQuery;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{
    extract::{Caller, ListQuery, PageQuery, Path},
    input::{Input, Mistakes, QueryTime},
    problem::JsonResult,
    state::Api,
};

/// What a list of events can be narrowed to.
#[derive(Deserr, IntoParams)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditFilter {
    /// Only acts of this user or service account.
    #[deserr(default)]
    actor: Option<Uuid>,
    /// Only acts with this token or console session.
    #[deserr(default)]
    credential: Option<Uuid>,
    /// Only events with this action: `token.create`.
    #[deserr(default)]
    #[param(schema_with = wire::audit_action_schema)]
    action: Option<String>,
    /// Only acts on this object.
    #[deserr(default)]
    target: Option<Uuid>,
    /// Only events with a target of this type: `token`.
    #[deserr(default)]
    #[param(schema_with = wire::audit_target_type_schema)]
    target_type: Option<String>,
    /// Only what was done, or only what was refused.
    #[deserr(default)]
    #[param(inline)]
    outcome: Option<AuditOutcome>,
    /// From this time on: `2026-11-22T08:30:00Z`. In a query, `+` is written `%2B`.
    #[deserr(default)]
    #[param(inline)]
    since: Option<QueryTime>,
    /// Before this time; written like `since`.
    #[deserr(default)]
    #[param(inline)]
    until: Option<QueryTime>,
    /// Words of the actor's and the target's name, in any spelling of case and composition; or the id of either or of the
    /// credential; or an address.
    #[deserr(default)]
    q: Option<String>,
}

impl Input for AuditFilter {}

impl ListQuery<AuditFilter> {
    fn into_query(self) -> AuditQuery {
        let AuditFilter { actor, credential, action, target, target_type, outcome, since, until, q } = self.filter;
        let [since, until] = [since, until].map(|time| time.map(|time| time.0));
        AuditQuery { actor, credential, action, target, target_type, outcome, since, until, q, paging: self.paging }
    }
}

/// List audit events
///
/// What was done in the organization, newest first: by whom, with which credential, from where, to what, and what it
/// changed. No event ever has a secret. A filtered `total` counts to 10,000 at most and then has `total_capped`.
#[utoipa::path(
    get, path = "/api/v1/audit", operation_id = "listAuditEvents", tag = "Audit log",
    params(AuditFilter, PageQuery),
    responses((status = 200, description = "One page of events.", body = wire::Page<wire::AuditEvent>)),
    extensions(("x-audit-action" = json!(AuditAction::AuditRead))),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Caller(actor): Caller,
    query: ListQuery<AuditFilter>,
) -> JsonResult<wire::Page<wire::AuditEvent>> {
    Ok(Json(api.service.audit_log(&actor, query.into_query()).await?))
}

/// Get an audit event
///
/// Events never change. `hash` covers the event and the hash of the event before it, so that a change, a gap or another
/// order is detected; `mintkey admin audit verify` checks it.
#[utoipa::path(
    get, path = "/api/v1/audit/{id}", operation_id = "getAuditEvent", tag = "Audit log",
    responses((status = 200, description = "The event.", body = wire::AuditEvent)),
    extensions(("x-audit-action" = json!(AuditAction::AuditRead)), ("x-codes" = json!([ErrorCode::NotFound]))),
)]
pub(super) async fn get(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<AuditEventId>,
) -> JsonResult<wire::AuditEvent> {
    Ok(Json(api.service.audit_event(&actor, id).await?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::tests::codes;

    #[test]
    fn every_parameter_is_read() {
        let id = "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01";
        let text = format!(
            "actor={id}&credential={id}&action=token.edit&target={id}&target_type=token&outcome=refused\
             &since=2026-11-01T00:00:00Z&until=2026-12-01T00:00:00Z&q=plant&page=2&limit=50"
        );
        let query = ListQuery::<AuditFilter>::read(&text).ok().unwrap().into_query();
        assert!(query.actor.is_some() && query.credential.is_some() && query.target.is_some());
        assert!(query.action.is_some() && query.target_type.is_some() && query.q.is_some());
        assert!(query.since < query.until && query.outcome == Some(AuditOutcome::Refused));
    }

    #[test]
    fn every_parameter_of_the_wrong_form_is_named() {
        let text = "actor=a&credential=b&target=c&outcome=d&since=e&until=f&limit=0";
        let errors = ListQuery::<AuditFilter>::read(text).err().unwrap();
        let fields: Vec<_> = codes(&errors).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["actor", "credential", "limit", "outcome", "since", "target", "until"]);
    }
}
