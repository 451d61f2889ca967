//! The catalogue, grouped by the beginnings of the names.

use std::collections::BTreeMap;

use axum::{extract::Query, response::Response};
use leptos::prelude::*;
use mintkey_domain::{MAX_SEARCH, own, wire::Scope};
use serde::Deserialize;

use super::{group::Group, is_added};
use crate::{
    error::Result,
    frame::{Section, clear, columns_and_actions, counted, icon, nothing_found},
    http::{Person, Screen, encode},
};

/// What the address of the page says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
}

/// What the page shows.
pub(crate) struct Catalogue {
    scopes: Vec<Scope>,
    total: i64,
    q: String,
    keeper: bool,
}

/// `GET /settings/scopes`.
pub(crate) async fn page(person: Person, Query(asked): Query<Asked>) -> Result<Response> {
    let catalogue = Catalogue::load(&person, asked.q).await?;
    Screen::new("Scopes", Section::Scopes).show(&person, move || (catalogue.view(), None)).await
}

impl Catalogue {
    /// Reads it.
    pub(crate) async fn load(person: &Person, q: String) -> Result<Self> {
        let (service, actor) = (person.visitor.service(), &person.actor);
        let total = i64::try_from(service.scopes(actor).await?.len()).unwrap_or(i64::MAX);
        let q: String = q.chars().take(MAX_SEARCH).collect();
        let scopes = service.search_scopes(actor, Some(&q)).await?;
        Ok(Self { scopes, total, q, keeper: person.actor.allows(own::SCOPES_WRITE) })
    }

    /// Shows it.
    pub(crate) fn view(self) -> AnyView {
        let added = self.scopes.iter().filter(|scope| is_added(scope)).count();
        let summary = format!("What a token may do. {} in the catalogue.", counted(self.total, "scope", "scopes"));
        let new = self.keeper.then(|| {
            view! { <a class="btn primary" href="/settings/scopes/new" aria-haspopup="dialog">{icon("plus")}"New scope"</a> }
        });
        let invite = (self.keeper && added == 0 && self.q.is_empty()).then(|| {
            view! {
                <p class="note">
                    {icon("info")}
                    <span>
                        "These are Mintkey's own. Add the scopes of your APIs, such as "<code>"telemetry:write"</code>
                        ", so that tokens can be given them."
                    </span>
                </p>
            }
        });
        let table = if self.scopes.is_empty() {
            let words = "No scope has this in its name or description.";
            nothing_found(words, "/settings/scopes".to_owned(), "Clear the search").into_any()
        } else {
            table(&self.scopes, self.keeper).into_any()
        };
        let clear = clear("/settings/scopes", !self.q.trim().is_empty());
        view! {
            <header class="page-head"><div><h1>"Scopes"</h1><p>{summary}</p></div>{new}</header>
            {invite}
            <form class="toolbar" role="search" method="get" action="/settings/scopes">
                <div class="search">
                    {icon("search")}
                    <label class="sr-only" for="q">"Search scopes"</label>
                    <input class="input" id="q" name="q" type="search" value=self.q placeholder="Search scope or description"/>
                </div>
                <div class="apply"><button class="btn ghost">"Apply"</button>{clear}</div>
            </form>
            {table}
        }
        .into_any()
    }
}

fn table(scopes: &[Scope], keeper: bool) -> impl IntoView + use<> {
    let mut groups: BTreeMap<Group, Vec<AnyView>> = BTreeMap::new();
    for scope in scopes {
        groups.entry(Group::of(&scope.name)).or_default().push(row(scope, keeper));
    }
    let groups = groups.into_iter().map(|(group, rows)| {
        view! {
            <tbody role="rowgroup">
                <tr class="group" role="row"><th role="rowheader" colspan="4" scope="rowgroup">{group.title()}</th></tr>
                {rows}
            </tbody>
        }
    });
    view! {
        <div class="table-wrap" role="region" aria-label="Scopes by group" tabindex="0">
            <table class="table cards scopes" role="table">
                <caption class="sr-only">"Scopes by group"</caption>
                {columns_and_actions(&[
                    ("Scope", "col-name"),
                    ("Allows", "col-description"),
                    ("Who may hold it", "col-status"),
                ])}
                {groups.collect_view()}
            </table>
        </div>
    }
}

fn row(scope: &Scope, keeper: bool) -> AnyView {
    let Scope { id, name, description, admin_only } = scope.clone();
    let menu = (keeper && is_added(scope)).then(|| {
        let target = format!("menu-{id}");
        view! {
            <button class="icon-btn" type="button" popovertarget=target.clone() aria-label=format!("Actions for {name}")>
                {icon("dots")}
            </button>
            <div class="menu" id=target popover>
                <a href=format!("/settings/scopes/{id}/edit") aria-haspopup="dialog">{icon("pencil")}"Edit"</a>
                <hr/>
                <a class="danger" href=format!("/settings/scopes/{id}/delete") aria-haspopup="dialog">
                    {icon("trash")}"Delete"
                </a>
            </div>
        }
    });
    let holders = if admin_only {
        view! { <span class="badge copper">{icon("shield")}"Administrators"</span> }.into_any()
    } else {
        view! { <span class="badge off">{icon("users")}"Everybody"</span> }.into_any()
    };
    let tokens = format!("/settings/tokens?scope={}", encode(&name));
    view! {
        <tr role="row">
            <th role="rowheader" scope="row" class="col-name">
                <a class="name" href=tokens title="Tokens with this scope"><code>{name}</code></a>
            </th>
            <td role="cell" class="col-description" data-label="Allows"><span>{description}</span></td>
            <td role="cell" class="col-status">{holders}</td>
            <td role="cell" class="col-actions">{menu}</td>
        </tr>
    }
    .into_any()
}
