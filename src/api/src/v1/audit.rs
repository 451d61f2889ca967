//! `GET /api/v1/audit` and `GET /api/v1/audit/{id}`.

use http::StatusCode;
use mintkey_domain::{AuditAction, AuditOutcome, ErrorCode, Timestamp, wire};
use mintkey_service::{Actor, AuditQuery};
use uuid::Uuid;

use super::{
    examples,
    list::{CURSOR, LIMIT, PAGE, paging},
};
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Needs},
    input::Query,
    routes::Routes,
};

const AREA: &str = "Audit log";

static LIST: Endpoint = Endpoint {
    path: "/api/v1/audit",
    name: "listAuditEvents",
    title: "List audit events",
    about: "What was done in the organization, the newest first: who, through which credential, from where, what, and \
            what changed by it. No event ever has a secret. A filtered `total` counts to 10,000 at most and then says \
            `total_capped`.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::AuditRead),
    query: &[
        Field::new("actor", Kind::Id, "What this user or service account did."),
        Field::new("credential", Kind::Id, "What was done through this token or console session."),
        Field::new(
            "action",
            Kind::OpenEnum("AuditAction"),
            "Events with this action: `token.create`. Events from older versions can have other names.",
        ),
        Field::new("target", Kind::Id, "What was done to this."),
        Field::new(
            "target_type",
            Kind::OpenEnum("AuditTargetType"),
            "Events with a target of this type: `token`. Events from older versions can have other names.",
        ),
        Field::new("outcome", Kind::Choice(AuditOutcome::NAMES), "What was done, or what was refused."),
        Field::new("since", Kind::Time, "From this time on: `2026-11-22T08:30:00Z`. In a query, `+` is written `%2B`."),
        Field::new("until", Kind::Time, "Before this time; written like `since`."),
        Field::new(
            "q",
            Kind::Text,
            "Words of the actor's and the target's name, in any spelling of case and composition; or the id of either or of \
                 the credential; or an address.",
        ),
        PAGE,
        LIMIT,
        CURSOR,
    ],
    answer: Answer::page::<wire::AuditEvent>("One page of events.", examples::audit_events),
    ..Endpoint::EMPTY
};

static GET: Endpoint = Endpoint {
    path: "/api/v1/audit/{id}",
    name: "getAuditEvent",
    title: "Get an audit event",
    about: "Events never change. `hash` covers the event and the hash of the one before it, so that a change, a gap \
            or another order shows; `mintkey admin audit verify` checks it.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::AuditRead),
    answer: Answer::json::<wire::AuditEvent>(200, "The event.", examples::audit_event),
    refusals: &[ErrorCode::NotFound],
    ..Endpoint::EMPTY
};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.guarded(&LIST, list).guarded(&GET, get)
}

async fn list(call: Call, actor: Actor) -> Outcome {
    let mut query = call.query();
    let wanted = read(&mut query);
    query.finish()?;
    let page = call.api.service.audit_log(&actor, wanted).await?;
    answer::json(StatusCode::OK, &page)
}

async fn get(call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let event = call.api.service.audit_event(&actor, call.path_id()?).await?;
    answer::json(StatusCode::OK, &event)
}

fn read(query: &mut Query) -> AuditQuery {
    let id = |text: &str| Uuid::try_parse(text).ok().filter(|_| text.len() == 36);
    AuditQuery {
        actor: query.read_by("actor", id),
        credential: query.read_by("credential", id),
        action: query.text("action"),
        target: query.read_by("target", id),
        target_type: query.text("target_type"),
        outcome: query.parsed::<AuditOutcome>("outcome"),
        since: query.parsed::<Timestamp>("since"),
        until: query.parsed::<Timestamp>("until"),
        q: query.text("q"),
        paging: paging(query),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_of_the_description_is_read() {
        let id = "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01";
        let text = format!(
            "actor={id}&credential={id}&action=token.edit&target={id}&target_type=token&outcome=refused\
             &since=2026-11-01T00:00:00Z&until=2026-12-01T00:00:00Z&q=plant&page=2&limit=50"
        );
        let mut query = Query::read(LIST.query, &text);
        let wanted = read(&mut query);
        assert!(query.finish().is_ok());
        assert!(wanted.actor.is_some() && wanted.credential.is_some() && wanted.target.is_some());
        assert!(wanted.action.is_some() && wanted.target_type.is_some() && wanted.q.is_some());
        assert!(wanted.since < wanted.until && wanted.outcome == Some(AuditOutcome::Refused));
    }

    #[test]
    fn every_parameter_of_the_wrong_form_is_named() {
        let mut query = Query::read(LIST.query, "actor=a&credential=b&target=c&outcome=d&since=e&until=f&limit=0");
        read(&mut query);
        let errors = query.finish().unwrap_err();
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_ref()).collect();
        assert_eq!(fields, ["actor", "credential", "target", "outcome", "since", "until", "limit"]);
    }
}
