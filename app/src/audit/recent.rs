//! The newest events about and by one account, for its page.

use std::cmp::Reverse;

use leptos::prelude::*;
use mintkey_domain::{scopes, wire::AuditEvent};
use mintkey_service::{AuditQuery, Paging};
use uuid::Uuid;

use super::{
    action_names::{action_name, actor_icon},
    outcome::OutcomeBadge,
    query::LOG,
};
use crate::{
    error::Result,
    frame::{Card, Column, DataTable, Icon, RelativeTime, Rows},
    web::SignedIn,
};

/// Maximum number of events in the list.
const LISTED: u32 = 8;

/// The newest events about and by an account; `None` if the user can't read the log.
pub(crate) async fn recent_events(user: &SignedIn, id: Uuid) -> Result<Option<Vec<AuditEvent>>> {
    let (service, actor) = (user.visitor.service(), &user.actor);
    if !actor.allows(scopes::AUDIT_READ) {
        return Ok(None);
    }
    let query = || AuditQuery { paging: Paging::Page { page: 1, limit: LISTED }, ..AuditQuery::default() };
    let about = service.audit_log(actor, AuditQuery { target: Some(id), ..query() }).await?;
    let by = service.audit_log(actor, AuditQuery { actor: Some(id), ..query() }).await?;
    Ok(Some(newest(about.data, by.data)))
}

/// Merges both lists, newest first. An account's actions on itself are in both lists, and are kept once.
fn newest(about: Vec<AuditEvent>, by: Vec<AuditEvent>) -> Vec<AuditEvent> {
    let mut events: Vec<_> = about.into_iter().chain(by).collect();
    events.sort_by_key(|event| Reverse(event.sequence));
    events.dedup_by_key(|event| event.sequence);
    events.truncate(usize::try_from(LISTED).unwrap_or(usize::MAX));
    events
}

/// The list, with links to all of the account's events.
#[component]
pub(crate) fn RecentEvents(
    events: Vec<AuditEvent>,
    /// The account's ID.
    id: Uuid,
) -> impl IntoView {
    let content = if events.is_empty() {
        view! { <div class="in"><p class="muted">"None."</p></div> }.into_any()
    } else {
        view! { <EventTable events/> }.into_any()
    };
    let aside = view! {
        <span class="actions small push">
            <a class="link" href=format!("{LOG}?target={id}")>"All events for this account"</a>
            <a class="link" href=format!("{LOG}?actor={id}")>"All events by this account"</a>
        </span>
    }
    .into_any();
    view! {
        <Card id="events-h" heading="Recent events" aside>
            {content}
        </Card>
    }
}

#[component]
fn EventTable(events: Vec<AuditEvent>) -> impl IntoView {
    let columns = [
        Column::new("Action", "col-name"),
        Column::new("Actor", "col-owner"),
        Column::new("When", "col-created"),
        Column::new("Result", "col-status"),
    ];
    let rows = events.into_iter().map(|event| view! { <EventRow event/> }).collect_view();
    view! {
        <DataTable caption="Audit events, newest first" class="events" columns><Rows>{rows}</Rows></DataTable>
    }
}

#[component]
fn EventRow(event: AuditEvent) -> impl IntoView {
    let (icon, action) = action_name(&event.action, event.outcome);
    let actor = event.actor.name;
    view! {
        <tr role="row">
            <th role="rowheader" scope="row" class="col-name">
                <a class="name row" href=format!("{LOG}/{}", event.id)><Icon name=icon/><span>{action}</span></a>
            </th>
            <td role="cell" class="col-owner" data-label="Actor">
                <span title=actor.clone()><Icon name=actor_icon(event.actor.kind)/><span>{actor.clone()}</span></span>
            </td>
            <td role="cell" class="col-created" data-label="When"><div><RelativeTime at=event.occurred_at/></div></td>
            <td role="cell" class="col-status"><OutcomeBadge outcome=event.outcome count=event.count/></td>
        </tr>
    }
}
