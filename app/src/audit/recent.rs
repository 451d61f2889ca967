//! The newest events about one thing and by it, on its own page.

use std::cmp::Reverse;

use leptos::prelude::*;
use mintkey_domain::{own, wire::AuditEvent};
use mintkey_service::{AuditQuery, Paging};
use uuid::Uuid;

use super::{
    acts::{act, actor_icon},
    list::{LOG, outcome},
};
use crate::{
    error::Result,
    frame::{ago, columns, icon},
    web::SignedIn,
};

/// Events that are shown.
const SHOWN: u32 = 8;

/// The newest events about a person or a machine and by them; `None` if the visitor may not read the log.
pub(crate) async fn recent_events(person: &SignedIn, id: Uuid) -> Result<Option<Vec<AuditEvent>>> {
    let (service, actor) = (person.visitor.service(), &person.actor);
    if !actor.allows(own::AUDIT_READ) {
        return Ok(None);
    }
    let query = || AuditQuery { paging: Paging::Page { page: 1, limit: SHOWN }, ..AuditQuery::default() };
    let about = service.audit_log(actor, AuditQuery { target: Some(id), ..query() }).await?;
    let by = service.audit_log(actor, AuditQuery { actor: Some(id), ..query() }).await?;
    Ok(Some(newest(about.data, by.data)))
}

/// The newest of both, each once: what a machine did to itself is in both.
fn newest(about: Vec<AuditEvent>, by: Vec<AuditEvent>) -> Vec<AuditEvent> {
    let mut events: Vec<_> = about.into_iter().chain(by).collect();
    events.sort_by_key(|event| Reverse(event.sequence));
    events.dedup_by_key(|event| event.sequence);
    events.truncate(usize::try_from(SHOWN).unwrap_or(usize::MAX));
    events
}

/// A card of them, with the ways to all.
pub(crate) fn recent(events: Vec<AuditEvent>, id: Uuid) -> AnyView {
    let none = events.is_empty().then(|| view! { <div class="in"><p class="muted">"None."</p></div> });
    let table = (!events.is_empty()).then(|| table(events));
    view! {
        <section class="card" aria-labelledby="events-h">
            <header>
                <h2 id="events-h">"Recent events"</h2>
                <span class="acts small push">
                    <a class="link" href=format!("{LOG}?target={id}")>"All events for this account"</a>
                    <a class="link" href=format!("{LOG}?actor={id}")>"All events by this account"</a>
                </span>
            </header>
            {none}
            {table}
        </section>
    }
    .into_any()
}

fn table(events: Vec<AuditEvent>) -> impl IntoView {
    let rows = events.into_iter().map(|event| {
        let (sign, what) = act(&event.action, event.outcome);
        let href = format!("{LOG}/{}", event.id);
        let actor = event.actor.name;
        view! {
            <tr role="row">
                <th role="rowheader" scope="row" class="col-name">
                    <a class="name row" href=href>{icon(sign)}<span>{what}</span></a>
                </th>
                <td role="cell" class="col-owner" data-label="Actor">
                    <span title=actor.clone()>{icon(actor_icon(event.actor.kind))}<span>{actor.clone()}</span></span>
                </td>
                <td role="cell" class="col-created" data-label="When"><div>{ago(event.occurred_at)}</div></td>
                <td role="cell" class="col-status">{outcome(event.outcome, event.count)}</td>
            </tr>
        }
    });
    view! {
        <table class="table cards events" role="table">
            <caption class="sr-only">"Audit events, newest first"</caption>
            {columns(&[
                ("Action", "col-name"),
                ("Actor", "col-owner"),
                ("When", "col-created"),
                ("Result", "col-status"),
            ])}
            <tbody role="rowgroup">{rows.collect_view()}</tbody>
        </table>
    }
}
