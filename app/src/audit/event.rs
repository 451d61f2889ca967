//! The page of one event, with its place in the chain.

use axum::{extract::Path, response::Response};
use leptos::prelude::*;
use mintkey_domain::wire::AuditEvent;

use super::{
    acts::{act, actor_icon, kind, via},
    links::Links,
    list::{LOG, outcome},
    told,
};
use crate::{
    error::{AppError, Result},
    frame::{Section, columns, icon, number},
    web::{Screen, SignedIn},
    words::exact,
};

/// `GET /settings/audit/{id}`.
pub(super) async fn page(person: SignedIn, Path(id): Path<String>) -> Result<Response> {
    let id = id.parse().map_err(|_| AppError::not_found())?;
    let event = person.visitor.service().audit_event(&person.actor, id).await?;
    let links = Links::load(&person, &event).await?;
    let (_, title) = act(&event.action, event.outcome);
    Screen::new(title, Section::Audit).show(&person, move || (view(&event, &links), None)).await
}

fn view(event: &AuditEvent, links: &Links) -> AnyView {
    let (_, what) = act(&event.action, event.outcome);
    let changes = changes(event);
    let facts = facts(event, links).into_any();
    let steps = steps(links).into_any();
    let chain = chain(event).into_any();
    let time = exact(event.occurred_at.millis());
    view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <a href=LOG>"Audit log"</a>{icon("next")}<span aria-current="page">{format!("Event {}", number(event.sequence))}</span>
        </nav>
        <header class="page-head">
            <div>
                <div class="acts"><h1>{what}</h1>{outcome(event.outcome, event.count)}</div>
                <p><time datetime=event.occurred_at.to_string()>{time}</time></p>
            </div>
            {steps}
        </header>
        <div class="stack">{facts}{changes}{chain}</div>
    }
    .into_any()
}

/// The way to the events beside this one in the chain.
fn steps(links: &Links) -> impl IntoView + use<> {
    let older = links.older.map(|id| {
        view! { <a class="btn" rel="prev" href=format!("{LOG}/{id}")>{icon("back")}"Previous event"</a> }
    });
    let newer = links.newer.map(|id| {
        view! { <a class="btn" rel="next" href=format!("{LOG}/{id}")>"Next event"{icon("next")}</a> }
    });
    view! { <nav class="acts" aria-label="Events">{older}{newer}</nav> }
}

/// A name, as a link to what it names where that can be seen.
fn linked(name: String, href: Option<&String>) -> AnyView {
    match href.cloned() {
        Some(href) => view! { <a class="link whole" href=href>{name}</a> }.into_any(),
        None => view! { <span class="whole">{name}</span> }.into_any(),
    }
}

fn facts(event: &AuditEvent, links: &Links) -> impl IntoView + use<> {
    let more = |name: &str, id: Option<uuid::Uuid>, words: String| {
        id.map(|id| view! { <a class="link small" href=format!("{LOG}?{name}={id}")>{words}</a> })
    };
    let target_type = kind(&event.target.kind);
    let target = if event.target.name.is_empty() { "—".to_owned() } else { event.target.name.clone() };
    let credential =
        links.credential.as_ref().map(|(label, href)| view! { <dd>{linked(label.clone(), Some(href))}</dd> });
    let text = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or_else(|| "—".to_owned());
    let id = |id: Option<uuid::Uuid>| text(id.map(|id| id.to_string()));
    view! {
        <section class="card" aria-label="Who and what">
            <dl class="facts-row">
                <div class="span-2">
                    <dt>"Actor"</dt>
                    <dd class="row">{icon(actor_icon(event.actor.kind))}{linked(event.actor.name.clone(), links.actor.as_ref())}</dd>
                    <dd>{more("actor", event.actor.id, "All events by this actor".to_owned())}</dd>
                </div>
                <div class="span-2">
                    <dt>{target_type.clone()}</dt>
                    <dd>{linked(target, links.target.as_ref())}</dd>
                    <dd>{more("target", event.target.id, format!("All events for this {}", target_type.to_lowercase()))}</dd>
                </div>
                <div><dt>"Action"</dt><dd><code>{event.action.clone()}</code></dd></div>
                <div><dt>"Method"</dt><dd>{via(&event.via)}</dd></div>
                <div><dt>"IP address"</dt><dd class="mono">{text(event.ip.clone())}</dd></div>
                <div><dt>"User agent"</dt><dd class="small">{text(event.user_agent.clone())}</dd></div>
                <div class="span-2">
                    <dt>"Token or session"</dt>
                    {credential}
                    <dd class="mono small">{id(event.credential_id)}</dd>
                </div>
                <div class="span-2"><dt>"Request"</dt><dd class="mono small">{id(event.request_id)}</dd></div>
            </dl>
        </section>
    }
}

fn changes(event: &AuditEvent) -> Option<AnyView> {
    let none = || "—".to_owned();
    let rows = told::fields(&event.details).into_iter().map(|told::Field { name, before, after }| {
        view! {
            <tr role="row">
                <th role="rowheader" scope="row" class="col-field"><b>{name}</b></th>
                <td role="cell" class="col-value whole" data-label="Before"><span>{before.unwrap_or_else(none)}</span></td>
                <td role="cell" class="col-value whole" data-label="After"><span>{after.unwrap_or_else(none)}</span></td>
            </tr>
        }
    });
    let rows = rows.collect::<Vec<_>>();
    let notes = told::notes(&event.details).into_iter().map(|(name, words)| {
        view! { <div><dt>{name}</dt><dd>{words}</dd></div> }
    });
    let notes = notes.collect::<Vec<_>>();
    if rows.is_empty() && notes.is_empty() {
        return None;
    }
    let table = (!rows.is_empty()).then(|| {
        view! {
            <table class="table cards changes" role="table">
                <caption class="sr-only">"Changes"</caption>
                {columns(&[("Field", "col-field"), ("Before", "col-value"), ("After", "col-value")])}
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        }
    });
    let notes = (!notes.is_empty()).then(|| view! { <dl class="facts-row">{notes}</dl> });
    let view = view! {
        <section class="card" aria-labelledby="changes-h">
            <header><h2 id="changes-h">"Changes and details"</h2></header>
            {table}
            {notes}
        </section>
    };
    Some(view.into_any())
}

fn chain(event: &AuditEvent) -> impl IntoView + use<> {
    view! {
        <section class="card" aria-labelledby="chain-h">
            <header><h2 id="chain-h">"Place in the chain"</h2></header>
            <div class="in">
                <p class="muted">
                    "Each event's hash covers all of it and the hash of the event before, so none can be changed or taken
                    out unnoticed. "<code>"mintkey admin audit verify"</code>" checks the whole log."
                </p>
                <dl class="facts">
                    <dt>"Number"</dt><dd>{number(event.sequence)}</dd>
                    <dt>"Hash"</dt><dd class="mono small">{event.hash.clone()}</dd>
                    <dt>"Previous hash"</dt><dd class="mono small">{event.previous_hash.clone()}</dd>
                    <dt>"Event ID"</dt><dd class="mono small">{event.id.to_string()}</dd>
                </dl>
            </div>
        </section>
    }
}
