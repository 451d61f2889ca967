//! The page of the log.

use axum::{extract::RawQuery, response::Response};
use leptos::prelude::*;
use mintkey_domain::{
    AuditOutcome, PrincipalType, own,
    wire::{AuditEvent, Page},
};
use mintkey_service::{Paging, ServiceAccountQuery};

use super::{
    acts::{act, actions, actor_icon, kind, target_types, via},
    csv::MOST,
    query::Params,
    told,
};
use crate::{
    error::Result,
    frame::{Section, clear, counted, filter, icon, ignored_filters, long_filter, nothing_found, number},
    web::{Screen, SignedIn},
    words::{day, time_of_day},
};

/// The address of the log.
pub(super) const LOG: &str = "/settings/audit";

/// Events on one page.
const PAGE: u32 = 50;

/// The most people, and the most machines, that the filter lists by name.
const MOST_ACTORS: u32 = 100;

/// What the page shows.
struct Log {
    params: Params,
    page: Page<AuditEvent>,
    actors: (Vec<(String, String)>, bool),
}

/// `GET /settings/audit`.
pub(super) async fn page(person: SignedIn, RawQuery(query): RawQuery) -> Result<Response> {
    let params = Params::parse(query.as_deref().unwrap_or_default());
    let log = Log::load(&person, params).await?;
    Screen::new("Audit log", Section::Audit).show(&person, move || (log.view(), None)).await
}

impl Log {
    async fn load(person: &SignedIn, params: Params) -> Result<Self> {
        let page = person.visitor.service().audit_log(&person.actor, params.query(PAGE)).await?;
        let (mut actors, is_cut) = actors(person).await?;
        if !params.actor.is_empty() && !actors.iter().any(|(id, _)| *id == params.actor) {
            let name = page.data.first().map_or("This actor", |event| &event.actor.name);
            actors.push((params.actor.clone(), name.to_owned()));
        }
        Ok(Self { params, page, actors: (actors, is_cut) })
    }

    fn view(self) -> AnyView {
        let export = self.params.from(String::new()).href("/settings/audit.csv");
        let total = self.page.total;
        let shown = if self.page.total_capped { format!("More than {}", number(total)) } else { number(total) };
        let events = match (self.params.is_narrowed(), total) {
            (true, 1) => "event matches",
            (true, _) => "events match",
            (false, 1) => "event: every change, and every refused attempt",
            (false, _) => "events: every change, and every refused attempt",
        };
        let summary = format!("{shown} {events}. Times in UTC.");
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        let bounded =
            (total > most || self.page.total_capped).then(|| view! { " An export has the newest "{number(most)}"." });
        let toolbar = toolbar(&self.params, self.actors).into_any();
        let ignored = ignored_filters(self.params.mistakes());
        let results = results(&self.params, self.page);
        view! {
            <header class="page-head">
                <div><h1>"Audit log"</h1><p>{summary}{bounded}</p></div>
                <a class="btn" href=export download>{icon("download")}"Export CSV"</a>
            </header>
            {toolbar}
            {ignored}
            {results}
        }
        .into_any()
    }
}

/// Whom the filter offers: as many of the people and the machines as the visitor may see, and whether there are others.
async fn actors(person: &SignedIn) -> Result<(Vec<(String, String)>, bool)> {
    let (service, actor) = (person.visitor.service(), &person.actor);
    let mut found = Vec::new();
    let mut is_cut = false;
    if actor.allows(own::MEMBERS_READ) {
        let members = service.members(actor).await?;
        let most = usize::try_from(MOST_ACTORS).unwrap_or(usize::MAX);
        is_cut = members.len() > most;
        found.extend(members.into_iter().take(most).map(|member| (member.id.to_string(), member.email)));
    }
    if actor.allows(own::SERVICE_ACCOUNTS_READ) {
        let paging = Paging::Page { page: 1, limit: MOST_ACTORS };
        let accounts =
            service.list_service_accounts(actor, ServiceAccountQuery { paging, ..Default::default() }).await?;
        is_cut |= accounts.next_cursor.is_some();
        found.extend(accounts.data.into_iter().map(|account| (account.id.to_string(), account.name)));
    }
    Ok((found, is_cut))
}

fn toolbar(params: &Params, (actors, is_cut): (Vec<(String, String)>, bool)) -> impl IntoView + use<> {
    let outcomes = [(AuditOutcome::Done, "Done"), (AuditOutcome::Refused, "Refused")];
    let outcomes = outcomes.map(|(outcome, words)| (outcome.to_string(), words.to_owned())).into();
    let target =
        (!params.target.is_empty()).then(|| view! { <input type="hidden" name="target" value=params.target.clone()/> });
    view! {
        <form class="toolbar filters" role="search" method="get" action=LOG>
            {target}
            <div class="search">
                {icon("search")}
                <label class="sr-only" for="q">"Search events"</label>
                <input
                    class="input" id="q" name="q" type="search" value=params.q.clone() maxlength="200"
                    placeholder="Search actor or target"
                />
            </div>
            {long_filter("actor", "Actor", "Any actor", actors, &params.actor, is_cut)}
            {filter("action", "Action", "Any action", actions(), &params.action)}
            {filter("target_type", "Kind of target", "Any target", target_types(), &params.target_type)}
            {filter("outcome", "Result", "Any result", outcomes, &params.outcome)}
            <div class="dates">{date("since", "From", &params.since)}{date("until", "Until", &params.until)}</div>
            <div class="apply"><button class="btn">"Apply"</button>{clear(LOG, params.is_narrowed())}</div>
        </form>
    }
}

fn date(name: &'static str, label: &'static str, value: &str) -> impl IntoView + use<> {
    let value = value.to_owned();
    view! {
        <label class="date">
            <span class="small">{label}</span>
            <input class="input" type="date" name=name value=value min="1970-01-01" max="9999-12-31"/>
        </label>
    }
}

fn results(params: &Params, page: Page<AuditEvent>) -> AnyView {
    if page.data.is_empty() {
        return nothing_found("No event matches.", LOG.to_owned(), "Show all").into_any();
    }
    let foot = foot(params, &page).into_any();
    let mut days: Vec<(String, Vec<AnyView>)> = Vec::new();
    let mut events = page.data;
    // The chain has a refusal where it was written, up to a minute after it happened.
    events.sort_by_key(|event| std::cmp::Reverse((event.occurred_at, event.sequence)));
    for event in events {
        let named = day(event.occurred_at.millis());
        if days.last().is_none_or(|(last, _)| *last != named) {
            days.push((named, Vec::new()));
        }
        if let Some((_, rows)) = days.last_mut() {
            rows.push(row(event));
        }
    }
    let bodies = days.into_iter().map(|(day, rows)| {
        view! {
            <tbody role="rowgroup">
                <tr class="group" role="row"><th role="rowheader" colspan="6" scope="rowgroup">{day}</th></tr>
                {rows}
            </tbody>
        }
    });
    let bodies = bodies.collect_view();
    view! {
        <div class="table-wrap" role="region" aria-label="Audit events, newest first" tabindex="0">
            <table class="table cards audit" role="table">
                <caption class="sr-only">"Audit events, newest first"</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col" class="col-time" aria-sort="descending"><span class="sorted">"Time"{icon("sort")}</span></th>
                        <th role="columnheader" scope="col" class="col-owner">"Actor"</th>
                        <th role="columnheader" scope="col" class="col-event">"Action"</th>
                        <th role="columnheader" scope="col" class="col-name">"Target"</th>
                        <th role="columnheader" scope="col" class="col-origin">"From"</th>
                        <th role="columnheader" scope="col" class="col-status">"Result"</th>
                    </tr>
                </thead>
                {bodies}
            </table>
            {foot}
        </div>
    }
    .into_any()
}

fn foot(params: &Params, page: &Page<AuditEvent>) -> impl IntoView + use<> {
    let shown = i64::try_from(page.data.len()).unwrap_or(0);
    let words = format!("Showing {} of {}", number(shown), counted(page.total, "event", "events"));
    let newest = (!params.cursor.is_empty())
        .then(|| view! { <a class="btn sm" href=params.from(String::new()).href(LOG)>{icon("back")}"Newest"</a> });
    let older = page.next_cursor.clone().map(|cursor| {
        view! { <a class="btn sm" href=params.from(cursor).href(LOG)>"Older"{icon("next")}</a> }
    });
    let steps = (newest.is_some() || older.is_some())
        .then(|| view! { <nav class="push" aria-label="Pages">{newest}{older}</nav> });
    view! { <div class="table-foot"><span>{words}</span>{steps}</div> }
}

fn row(event: AuditEvent) -> AnyView {
    let href = format!("{LOG}/{}", event.id);
    let time = time_of_day(event.occurred_at.millis());
    let (sign, what) = act(&event.action, event.outcome);
    let line = told::line(&event.details);
    let line = (!line.is_empty()).then(|| view! { <small title=line.clone()>{line.clone()}</small> });
    let name = if event.target.name.is_empty() { kind(&event.target.kind) } else { event.target.name };
    let through = (event.actor.kind != PrincipalType::System).then(|| via(&event.via));
    let label = format!("{time}, details");
    let refused = event.outcome == AuditOutcome::Refused;
    view! {
        <tr role="row" class:refused=refused>
            <th role="rowheader" scope="row" class="col-time">
                <a class="name mono" href=href aria-label=label>
                    <time datetime=event.occurred_at.to_string()>{time.clone()}</time>
                </a>
            </th>
            <td role="cell" class="col-owner" data-label="Actor">
                <span title=event.actor.name.clone()>{icon(actor_icon(event.actor.kind))}<span>{event.actor.name.clone()}</span></span>
            </td>
            <td role="cell" class="col-event" data-label="Action"><span class="row">{icon(sign)}<span>{what}</span></span></td>
            <td role="cell" class="col-name" data-label="Target"><div><b title=name.clone()>{name.clone()}</b>{line}</div></td>
            <td role="cell" class="col-origin" data-label="From">
                <div><span class="mono">{event.ip.unwrap_or_else(|| "—".to_owned())}</span><small>{through}</small></div>
            </td>
            <td role="cell" class="col-status">{outcome(event.outcome, event.count)}</td>
        </tr>
    }
    .into_any()
}

/// Whether it was done, and how often it was refused.
pub(super) fn outcome(outcome: AuditOutcome, count: i64) -> impl IntoView {
    let times = (count > 1).then(|| format!(" × {}", number(count)));
    match outcome {
        AuditOutcome::Done => view! { <span class="badge">{icon("check")}"Done"{times}</span> },
        AuditOutcome::Refused => view! { <span class="badge danger">{icon("ban")}"Refused"{times}</span> },
    }
}
