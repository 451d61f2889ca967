//! The scope catalogue, grouped by name prefix and paginated.

use axum::{extract::RawQuery, response::Response};
use leptos::prelude::*;
use mintkey_domain::{MAX_SEARCH, scopes, wire::Scope};
use serde::{Deserialize, Serialize};

use super::{
    access::{LIST, is_added},
    group::Group,
};
use crate::{
    error::Result,
    frame::{
        Actions, Badge, ClearFilters, Column, DataTable, DialogLink, MenuItem, Note, NothingFound, Pagination,
        Position, RowGroup, RowMenu, SearchField, Section, TableRegion, Tone, counted,
    },
    page::Page,
    web::{SignedIn, encode},
};

/// Page size.
const PAGE: u32 = 50;

/// Query parameters of the page. Invalid values are ignored, because users edit URLs.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Params {
    #[serde(skip_serializing_if = "String::is_empty")]
    q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    page: String,
}

/// The data of the page.
pub(crate) struct Catalogue {
    /// The scopes of this page, ordered by group.
    scopes: Vec<Scope>,
    /// Whether the first group continues from the previous page.
    continued: bool,
    /// Number of scopes that match the search.
    matching: usize,
    /// Number of all scopes.
    total: i64,
    /// Whether the catalogue has only Mintkey's own scopes.
    only_built_in: bool,
    params: Params,
    can_edit: bool,
}

/// `GET /settings/scopes`.
pub(crate) async fn page(user: SignedIn, RawQuery(query): RawQuery) -> Result<Response> {
    let params = serde_urlencoded::from_str(query.as_deref().unwrap_or_default()).unwrap_or_default();
    let catalogue = Catalogue::load(&user, params).await?;
    Page::new("Scopes", Section::Scopes).show(&user, move || view! { <ScopesPage catalogue/> }).await
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
    pub(crate) async fn load(user: &SignedIn, params: Params) -> Result<Self> {
        let (service, actor) = (user.visitor.service(), &user.actor);
        let q: String = params.q.chars().take(MAX_SEARCH).collect();
        let (mut scopes, total) = service.search_scopes(actor, Some(&q)).await?;
        let total = i64::try_from(total).unwrap_or(i64::MAX);
        let only_built_in = q.is_empty() && !scopes.iter().any(is_added);
        // The sort is stable, so scopes stay ordered by name within a group.
        scopes.sort_by_cached_key(|scope| Group::of(&scope.name));
        let matching = scopes.len();
        let skipped = (params.number() as usize - 1).saturating_mul(PAGE as usize);
        let before = skipped.checked_sub(1).and_then(|last| scopes.get(last)).map(|scope| Group::of(&scope.name));
        let scopes: Vec<_> = scopes.into_iter().skip(skipped).take(PAGE as usize).collect();
        let continued = scopes.first().is_some_and(|scope| before == Some(Group::of(&scope.name)));
        let can_edit = user.actor.allows(scopes::SCOPES_WRITE);
        Ok(Self { scopes, continued, matching, total, only_built_in, params, can_edit })
    }

    /// The position of this page in the catalogue.
    fn position(&self) -> Position {
        let total = i64::try_from(self.matching).unwrap_or(i64::MAX);
        Position { page: self.params.number(), size: PAGE, listed: self.scopes.len(), total }
    }

    /// The scopes of this page by group.
    fn groups(&self) -> Vec<(Group, Vec<Scope>)> {
        let mut groups: Vec<(Group, Vec<Scope>)> = Vec::new();
        for scope in &self.scopes {
            let group = Group::of(&scope.name);
            match groups.last_mut() {
                Some((last, scopes)) if *last == group => scopes.push(scope.clone()),
                _ => groups.push((group, vec![scope.clone()])),
            }
        }
        groups
    }
}

#[component]
pub(crate) fn ScopesPage(catalogue: Catalogue) -> impl IntoView {
    let summary = format!("What a token may do. {} in the catalogue.", counted(catalogue.total, "scope", "scopes"));
    let can_edit = catalogue.can_edit;
    let new = can_edit.then(|| {
        view! { <DialogLink href="/settings/scopes/new" icon="plus" label="New scope" primary=true/> }
    });
    let invite = (can_edit && catalogue.only_built_in).then(|| {
        view! {
            <Note>
                "These are Mintkey's own. Add the scopes of your APIs, such as "<code>"telemetry:write"</code>
                ", so that tokens can be given them."
            </Note>
        }
    });
    let q = catalogue.params.q.clone();
    let narrowed = !q.trim().is_empty();
    let results = if catalogue.matching == 0 {
        let message = "No scope has this in its name or description.";
        view! { <NothingFound message href=LIST action="Clear the search"/> }.into_any()
    } else if catalogue.scopes.is_empty() {
        let href = catalogue.params.at_page(1);
        view! { <NothingFound message="The list has no such page." href action="First page"/> }.into_any()
    } else {
        view! { <ScopeTable catalogue/> }.into_any()
    };
    view! {
        <header class="page-head"><div><h1>"Scopes"</h1><p>{summary}</p></div>{new}</header>
        {invite}
        <form class="toolbar" role="search" method="get" action=LIST>
            <SearchField label="Search scopes" placeholder="Search scope or description" value=q/>
            <div class="apply"><button class="btn ghost">"Apply"</button><ClearFilters href=LIST narrowed/></div>
        </form>
        {results}
    }
}

#[component]
fn ScopeTable(catalogue: Catalogue) -> impl IntoView {
    let columns = [
        Column::new("Scope", "col-name"),
        Column::new("Allows", "col-description"),
        Column::new("Who may hold it", "col-status"),
    ];
    let groups = catalogue.groups().into_iter().enumerate().map(|(index, (group, scopes))| {
        let title = group.title();
        let heading = if catalogue.continued && index == 0 { format!("{title} (continued)") } else { title };
        let row = |scope| view! { <ScopeRow scope can_edit=catalogue.can_edit/> };
        let rows = scopes.into_iter().map(row).collect_view();
        view! { <RowGroup heading columns=4>{rows}</RowGroup> }
    });
    let groups = groups.collect_view();
    let position = catalogue.position();
    let href = |page| catalogue.params.at_page(page);
    let (previous, next) = (position.previous(href), position.next(href));
    view! {
        <TableRegion label="Scopes by group">
            <DataTable caption="Scopes by group" class="scopes" columns actions=Actions::Menu>{groups}</DataTable>
            <Pagination previous next>{position.summary()}</Pagination>
        </TableRegion>
    }
}

#[component]
fn ScopeRow(scope: Scope, can_edit: bool) -> impl IntoView {
    let is_added = is_added(&scope);
    let Scope { id, name, description, admin_only } = scope;
    let menu = (can_edit && is_added).then(|| {
        view! {
            <RowMenu of=id.to_string() label=format!("Actions for {name}")>
                <MenuItem href=format!("{LIST}/{id}/edit") icon="pencil" label="Edit"/>
                <hr/>
                <MenuItem href=format!("{LIST}/{id}/delete") icon="trash" label="Delete" tone=Tone::Danger/>
            </RowMenu>
        }
    });
    let holders = if admin_only {
        view! { <Badge icon="shield" tone=Tone::Warning>"Administrators"</Badge> }
    } else {
        view! { <Badge icon="users" tone=Tone::Muted>"Everybody"</Badge> }
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
}
