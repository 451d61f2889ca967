//! The catalogue, grouped by the beginnings of the names, in pages.

use axum::{extract::RawQuery, response::Response};
use leptos::prelude::*;
use mintkey_domain::{MAX_SEARCH, own, wire::Scope};
use serde::{Deserialize, Serialize};

use super::{group::Group, is_added};
use crate::{
    error::Result,
    frame::{Section, clear, columns_and_actions, counted, icon, nothing_found, pages},
    web::{Screen, SignedIn, encode},
};

const LIST: &str = "/settings/scopes";

/// Scopes on one page.
const PAGE: u32 = 50;

/// What the address of the page says; what it says wrongly is left out, since people edit addresses.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Params {
    #[serde(skip_serializing_if = "String::is_empty")]
    q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    page: String,
}

/// What the page shows.
pub(crate) struct Catalogue {
    /// Those of this page, in the order of their groups.
    scopes: Vec<Scope>,
    /// Whether the first group began on the page before.
    continued: bool,
    /// How many are found.
    found: usize,
    /// How many there are.
    total: i64,
    /// Whether there are none but Mintkey's own.
    only_built_in: bool,
    params: Params,
    can_edit: bool,
}

/// `GET /settings/scopes`.
pub(crate) async fn page(person: SignedIn, RawQuery(query): RawQuery) -> Result<Response> {
    let params = serde_urlencoded::from_str(query.as_deref().unwrap_or_default()).unwrap_or_default();
    let catalogue = Catalogue::load(&person, params).await?;
    Screen::new("Scopes", Section::Scopes).show(&person, move || (catalogue.view(), None)).await
}

impl Params {
    fn number(&self) -> u32 {
        self.page.parse().unwrap_or(1).max(1)
    }

    fn at_page(&self, page: u32) -> String {
        let page = if page > 1 { page.to_string() } else { String::new() };
        match serde_urlencoded::to_string(Self { page, ..self.clone() }) {
            Ok(query) if !query.is_empty() => format!("{LIST}?{query}"),
            _ => LIST.to_owned(),
        }
    }
}

impl Catalogue {
    /// Reads it.
    pub(crate) async fn load(person: &SignedIn, params: Params) -> Result<Self> {
        let (service, actor) = (person.visitor.service(), &person.actor);
        let q: String = params.q.chars().take(MAX_SEARCH).collect();
        let (mut scopes, total) = service.search_scopes(actor, Some(&q)).await?;
        let total = i64::try_from(total).unwrap_or(i64::MAX);
        let only_built_in = q.is_empty() && !scopes.iter().any(is_added);
        // By name within a group, as the service lists them.
        scopes.sort_by_cached_key(|scope| Group::of(&scope.name));
        let found = scopes.len();
        let skipped = (params.number() as usize - 1).saturating_mul(PAGE as usize);
        let before = skipped.checked_sub(1).and_then(|last| scopes.get(last)).map(|scope| Group::of(&scope.name));
        let scopes: Vec<_> = scopes.into_iter().skip(skipped).take(PAGE as usize).collect();
        let continued = scopes.first().is_some_and(|scope| before == Some(Group::of(&scope.name)));
        let can_edit = person.actor.allows(own::SCOPES_WRITE);
        Ok(Self { scopes, continued, found, total, only_built_in, params, can_edit })
    }

    /// Shows it.
    pub(crate) fn view(self) -> AnyView {
        let summary = format!("What a token may do. {} in the catalogue.", counted(self.total, "scope", "scopes"));
        let new = self.can_edit.then(|| {
            view! { <a class="btn primary" href="/settings/scopes/new" aria-haspopup="dialog">{icon("plus")}"New scope"</a> }
        });
        let invite = (self.can_edit && self.only_built_in).then(|| {
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
        let table = if self.found == 0 {
            let words = "No scope has this in its name or description.";
            nothing_found(words, LIST.to_owned(), "Clear the search").into_any()
        } else if self.scopes.is_empty() {
            nothing_found("The list has no such page.", self.params.at_page(1), "First page").into_any()
        } else {
            self.table().into_any()
        };
        let clear = clear(LIST, !self.params.q.trim().is_empty());
        let q = self.params.q;
        view! {
            <header class="page-head"><div><h1>"Scopes"</h1><p>{summary}</p></div>{new}</header>
            {invite}
            <form class="toolbar" role="search" method="get" action=LIST>
                <div class="search">
                    {icon("search")}
                    <label class="sr-only" for="q">"Search scopes"</label>
                    <input class="input" id="q" name="q" type="search" value=q placeholder="Search scope or description"/>
                </div>
                <div class="apply"><button class="btn ghost">"Apply"</button>{clear}</div>
            </form>
            {table}
        }
        .into_any()
    }

    fn table(&self) -> impl IntoView + use<> {
        let mut groups: Vec<(Group, Vec<AnyView>)> = Vec::new();
        for scope in &self.scopes {
            let group = Group::of(&scope.name);
            if groups.last().is_none_or(|(last, _)| *last != group) {
                groups.push((group, Vec::new()));
            }
            if let Some((_, rows)) = groups.last_mut() {
                rows.push(row(scope, self.can_edit));
            }
        }
        let continued = self.continued;
        let groups = groups.into_iter().enumerate().map(|(index, (group, rows))| {
            let title = group.title();
            let title = if continued && index == 0 { format!("{title} (continued)") } else { title };
            view! {
                <tbody role="rowgroup">
                    <tr class="group" role="row"><th role="rowheader" colspan="4" scope="rowgroup">{title}</th></tr>
                    {rows}
                </tbody>
            }
        });
        let groups = groups.collect_view();
        let (here, found) = (self.params.number(), i64::try_from(self.found).unwrap_or(i64::MAX));
        let foot = pages(here, PAGE, self.scopes.len(), found, |page| self.params.at_page(page));
        view! {
            <div class="table-wrap" role="region" aria-label="Scopes by group" tabindex="0">
                <table class="table cards scopes" role="table">
                    <caption class="sr-only">"Scopes by group"</caption>
                    {columns_and_actions(&[
                        ("Scope", "col-name"),
                        ("Allows", "col-description"),
                        ("Who may hold it", "col-status"),
                    ])}
                    {groups}
                </table>
                {foot}
            </div>
        }
    }
}

fn row(scope: &Scope, can_edit: bool) -> AnyView {
    let Scope { id, name, description, admin_only } = scope.clone();
    let menu = (can_edit && is_added(scope)).then(|| {
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
        view! { <span class="badge warning">{icon("shield")}"Administrators"</span> }.into_any()
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
