//! The page of one event, with its position in the hash chain.

use axum::{extract::Path, response::Response};
use leptos::prelude::*;
use mintkey_domain::{
    AuditEventId,
    wire::{AuditDetails, AuditEvent},
};
use uuid::Uuid;

use super::{
    action_names::{action_name, actor_icon, method_name, target_type_name},
    description,
    links::Links,
    outcome::OutcomeBadge,
    query::LOG,
};
use crate::{
    error::Result,
    frame::{Breadcrumb, Card, Column, DataTable, Icon, Rows, Section, number},
    page::Page,
    time_format::exact,
    web::{SignedIn, parse_id},
};

/// `GET /settings/audit/{id}`.
pub(super) async fn page(user: SignedIn, Path(id): Path<String>) -> Result<Response> {
    let id = parse_id(&id)?;
    let event = user.visitor.service().audit_event(&user.actor, id).await?;
    let links = Links::load(&user, &event).await?;
    let (_, title) = action_name(&event.action, event.outcome);
    Page::new(title, Section::Audit).show(&user, move || view! { <EventPage event links/> }).await
}

/// Shows the event, its changes, and its position in the chain.
#[component]
fn EventPage(event: AuditEvent, links: Links) -> impl IntoView {
    let (_, action) = action_name(&event.action, event.outcome);
    let time = exact(event.occurred_at.millis());
    let (older, newer) = (links.older, links.newer);
    view! {
        <Breadcrumb list="Audit log" href=LOG current=format!("Event {}", number(event.sequence))/>
        <header class="page-head">
            <div>
                <div class="actions"><h1>{action}</h1><OutcomeBadge outcome=event.outcome count=event.count/></div>
                <p><time datetime=event.occurred_at.to_string()>{time}</time></p>
            </div>
            <Neighbours older newer/>
        </header>
        <div class="stack">
            <Circumstances event=event.clone() links/>
            <Changes details=event.details.clone()/>
            <Chain event/>
        </div>
    }
}

/// Links to the previous and next events in the chain.
#[component]
fn Neighbours(older: Option<AuditEventId>, newer: Option<AuditEventId>) -> impl IntoView {
    let older = older.map(|id| {
        view! { <a class="btn" rel="prev" href=format!("{LOG}/{id}")><Icon name="back"/>"Previous event"</a> }
    });
    let newer = newer.map(|id| {
        view! { <a class="btn" rel="next" href=format!("{LOG}/{id}")>"Next event"<Icon name="next"/></a> }
    });
    view! { <nav class="actions" aria-label="Events">{older}{newer}</nav> }
}

/// A name, as a link if the user can see the named object.
#[component]
fn MaybeLink(name: String, href: Option<String>) -> impl IntoView {
    match href {
        Some(href) => view! { <a class="link whole" href=href>{name}</a> }.into_any(),
        None => view! { <span class="whole">{name}</span> }.into_any(),
    }
}

/// A link to all events with the same actor or target.
#[component]
fn RelatedEvents(parameter: &'static str, id: Option<Uuid>, #[prop(into)] label: String) -> impl IntoView {
    id.map(|id| view! { <a class="link small" href=format!("{LOG}?{parameter}={id}")>{label}</a> })
}

/// The actor, target, method and request of the event.
#[component]
fn Circumstances(event: AuditEvent, links: Links) -> impl IntoView {
    let AuditEvent { actor, target, action, via: method, ip, user_agent, credential_id, request_id, .. } = event;
    let target_type = target_type_name(&target.kind);
    let events_for_target = format!("All events for this {}", target_type.to_lowercase());
    let target_name = if target.name.is_empty() { "—".to_owned() } else { target.name };
    let credential = links.credential.map(|(name, href)| view! { <dd><MaybeLink name href=Some(href)/></dd> });
    let text = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or_else(|| "—".to_owned());
    let id = |id: Option<Uuid>| text(id.map(|id| id.to_string()));
    view! {
        <section class="card" aria-label="Who and what">
            <dl class="facts-row">
                <div class="span-2">
                    <dt>"Actor"</dt>
                    <dd class="row">
                        <Icon name=actor_icon(actor.kind)/><MaybeLink name=actor.name href=links.actor/>
                    </dd>
                    <dd><RelatedEvents parameter="actor" id=actor.id label="All events by this actor"/></dd>
                </div>
                <div class="span-2">
                    <dt>{target_type}</dt>
                    <dd><MaybeLink name=target_name href=links.target/></dd>
                    <dd><RelatedEvents parameter="target" id=target.id label=events_for_target/></dd>
                </div>
                <div><dt>"Action"</dt><dd><code>{action}</code></dd></div>
                <div><dt>"Method"</dt><dd>{method_name(&method)}</dd></div>
                <div><dt>"IP address"</dt><dd class="mono">{text(ip)}</dd></div>
                <div><dt>"User agent"</dt><dd class="small">{text(user_agent)}</dd></div>
                <div class="span-2">
                    <dt>"Token or session"</dt>
                    {credential}
                    <dd class="mono small">{id(credential_id)}</dd>
                </div>
                <div class="span-2"><dt>"Request"</dt><dd class="mono small">{id(request_id)}</dd></div>
            </dl>
        </section>
    }
}

/// The changed fields and the notes.
#[component]
fn Changes(details: AuditDetails) -> impl IntoView {
    let fields = description::fields(&details);
    let notes = description::notes(&details);
    if fields.is_empty() && notes.is_empty() {
        return None;
    }
    let table = (!fields.is_empty()).then(|| view! { <ChangeTable fields/> });
    let notes = (!notes.is_empty()).then(|| {
        let notes = notes.into_iter().map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> });
        view! { <div class="in"><dl class="facts">{notes.collect::<Vec<_>>()}</dl></div> }
    });
    Some(view! {
        <Card id="changes-h" heading="Changes and details">
            {table}
            {notes}
        </Card>
    })
}

#[component]
fn ChangeTable(fields: Vec<description::Field>) -> impl IntoView {
    let columns =
        [Column::new("Field", "col-field"), Column::new("Before", "col-value"), Column::new("After", "col-value")];
    let none = || "—".to_owned();
    let rows = fields.into_iter().map(|description::Field { name, before, after }| {
        view! {
            <tr role="row">
                <th role="rowheader" scope="row" class="col-field"><b>{name}</b></th>
                <td role="cell" class="col-value whole" data-label="Before"><span>{before.unwrap_or_else(none)}</span></td>
                <td role="cell" class="col-value whole" data-label="After"><span>{after.unwrap_or_else(none)}</span></td>
            </tr>
        }
    });
    let rows = rows.collect::<Vec<_>>();
    view! { <DataTable caption="Changes" class="changes" columns><Rows>{rows}</Rows></DataTable> }
}

/// The event's position in the hash chain.
#[component]
fn Chain(event: AuditEvent) -> impl IntoView {
    view! {
        <Card id="chain-h" heading="Place in the chain">
            <div class="in">
                <p class="muted">
                    "An event's hash covers the event and the hash of the event before it, so a changed or removed event \
                     is detected. "<code>"mintkey admin audit verify"</code>" checks the whole log."
                </p>
                <dl class="facts">
                    <dt>"Number"</dt><dd>{number(event.sequence)}</dd>
                    <dt>"Hash"</dt><dd class="mono small">{event.hash}</dd>
                    <dt>"Previous hash"</dt><dd class="mono small">{event.previous_hash}</dd>
                    <dt>"Event ID"</dt><dd class="mono small">{event.id.to_string()}</dd>
                </dl>
            </div>
        </Card>
    }
}
