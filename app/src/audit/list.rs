//! The audit log page.

use axum::{extract::RawQuery, response::Response};
use leptos::prelude::*;
use mintkey_domain::{
    AuditOutcome, PrincipalType,
    wire::{self, AuditEvent},
};

use super::{
    action_names::{action_name, actor_icon, method_name, target_type_name},
    csv::MAX_EVENTS,
    description,
    outcome::OutcomeBadge,
    query::{LOG, Params},
    toolbar::{Actors, Toolbar, actors},
};
use crate::{
    error::Result,
    frame::{
        Column, DataTable, Icon, IgnoredFilters, NothingFound, PageLink, Pagination, RowGroup, Section, TableRegion,
        counted, number,
    },
    page::Page,
    time_format::{day, time_of_day},
    web::SignedIn,
};

/// Page size.
const PAGE: u32 = 50;

/// The data of the page.
struct Log {
    params: Params,
    page: wire::ListPage<AuditEvent>,
    actors: Actors,
}

/// `GET /settings/audit`.
pub(super) async fn page(user: SignedIn, RawQuery(query): RawQuery) -> Result<Response> {
    let params = Params::parse(query.as_deref().unwrap_or_default());
    let log = Log::load(&user, params).await?;
    Page::new("Audit log", Section::Audit).show(&user, move || view! { <AuditPage log/> }).await
}

impl Log {
    async fn load(user: &SignedIn, params: Params) -> Result<Self> {
        let page = user.visitor.service().audit_log(&user.actor, params.query(PAGE)).await?;
        let mut actors = actors(user).await?;
        if !params.actor.is_empty() && !actors.listed.iter().any(|(id, _)| *id == params.actor) {
            let name = page.data.first().map_or("This actor", |event| &event.actor.name);
            actors.listed.push((params.actor.clone(), name.to_owned()));
        }
        Ok(Self { params, page, actors })
    }

    /// The number of events, and what the log contains.
    fn summary(&self) -> String {
        let total = self.page.total;
        let count = if self.page.total_capped { format!("More than {}", number(total)) } else { number(total) };
        let events = match (self.params.is_narrowed(), total) {
            (true, 1) => "event matches",
            (true, _) => "events match",
            (false, 1) => "event: every change, and every refused attempt",
            (false, _) => "events: every change, and every refused attempt",
        };
        format!("{count} {events}. Times in UTC.")
    }

    /// Groups the events of this page by day, newest first.
    fn days(&mut self) -> Vec<(String, Vec<AuditEvent>)> {
        let mut events = std::mem::take(&mut self.page.data);
        // The chain is ordered by write time. A refusal is written up to a minute after it happened.
        events.sort_by_key(|event| std::cmp::Reverse((event.occurred_at, event.sequence)));
        let mut days: Vec<(String, Vec<AuditEvent>)> = Vec::new();
        for event in events {
            let name = day(event.occurred_at.millis());
            match days.last_mut() {
                Some((last, events)) if *last == name => events.push(event),
                _ => days.push((name, vec![event])),
            }
        }
        days
    }
}

#[component]
fn AuditPage(log: Log) -> impl IntoView {
    let export = log.params.from(String::new()).href("/settings/audit.csv");
    let summary = log.summary();
    let max = i64::try_from(MAX_EVENTS).unwrap_or(i64::MAX);
    let is_exported_in_part = log.page.total > max || log.page.total_capped;
    let bounded = is_exported_in_part.then(|| view! { " An export has the newest "{number(max)}"." });
    let messages = log.params.validation_messages();
    view! {
        <header class="page-head">
            <div><h1>"Audit log"</h1><p>{summary}{bounded}</p></div>
            <a class="btn" href=export download><Icon name="download"/>"Export CSV"</a>
        </header>
        <Toolbar params=log.params.clone() actors=log.actors.clone()/>
        <IgnoredFilters messages/>
        <Results log/>
    }
}

#[component]
fn Results(log: Log) -> impl IntoView {
    let mut log = log;
    if log.page.data.is_empty() {
        return view! { <NothingFound message="No event matches." href=LOG action="Show all"/> }.into_any();
    }
    let columns = [
        Column::new("Time", "col-time").newest_first(),
        Column::new("Actor", "col-owner"),
        Column::new("Action", "col-event"),
        Column::new("Target", "col-name"),
        Column::new("From", "col-origin"),
        Column::new("Result", "col-status"),
    ];
    let listed = i64::try_from(log.page.data.len()).unwrap_or(0);
    let summary = format!("Showing {} of {}", number(listed), counted(log.page.total, "event", "events"));
    let href = |cursor| log.params.from(cursor).href(LOG);
    let previous = (!log.params.cursor.is_empty()).then(|| PageLink::new("Newest", href(String::new())));
    let next = log.page.next_cursor.clone().map(|cursor| PageLink::new("Older", href(cursor)));
    let days = log.days().into_iter().map(|(heading, events)| {
        let rows = events.into_iter().map(|event| view! { <EventRow event/> }).collect_view();
        view! { <RowGroup heading columns=6>{rows}</RowGroup> }
    });
    let days = days.collect_view();
    view! {
        <TableRegion label="Audit events, newest first">
            <DataTable caption="Audit events, newest first" class="audit" columns>{days}</DataTable>
            <Pagination previous next>{summary}</Pagination>
        </TableRegion>
    }
    .into_any()
}

#[component]
fn EventRow(event: AuditEvent) -> impl IntoView {
    let AuditEvent { id, occurred_at, count, actor, via: method, ip, action, target, outcome, details, .. } = event;
    let time = time_of_day(occurred_at.millis());
    let (icon, action) = action_name(&action, outcome);
    let line = description::line(&details);
    let line = (!line.is_empty()).then(|| view! { <small title=line.clone()>{line.clone()}</small> });
    let target = if target.name.is_empty() { target_type_name(&target.kind) } else { target.name };
    let method = (actor.kind != PrincipalType::System).then(|| method_name(&method));
    let is_refused = outcome == AuditOutcome::Refused;
    view! {
        <tr role="row" class:refused=is_refused>
            <th role="rowheader" scope="row" class="col-time">
                <a class="name mono" href=format!("{LOG}/{id}") aria-label=format!("{time}, details")>
                    <time datetime=occurred_at.to_string()>{time.clone()}</time>
                </a>
            </th>
            <td role="cell" class="col-owner" data-label="Actor">
                <span title=actor.name.clone()><Icon name=actor_icon(actor.kind)/><span>{actor.name.clone()}</span></span>
            </td>
            <td role="cell" class="col-event" data-label="Action">
                <span class="row"><Icon name=icon/><span>{action}</span></span>
            </td>
            <td role="cell" class="col-name" data-label="Target">
                <div><b title=target.clone()>{target.clone()}</b>{line}</div>
            </td>
            <td role="cell" class="col-origin" data-label="From">
                <div><span class="mono">{ip.unwrap_or_else(|| "—".to_owned())}</span><small>{method}</small></div>
            </td>
            <td role="cell" class="col-status"><OutcomeBadge outcome count/></td>
        </tr>
    }
}
