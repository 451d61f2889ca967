//! The list of tokens.

use axum::{extract::RawQuery, response::Response};
use leptos::prelude::*;
use mintkey_domain::{
    Principal, TokenSortField, own,
    wire::{Owner, Page, Token, TokenCounts},
};
use mintkey_service::Actor;
use uuid::Uuid;

use super::{
    back::Back,
    empty::{first_token, no_match},
    query::{ListQuery, PAGE},
    row::row,
};
use crate::{
    error::Result,
    frame::{Section, counted, icon, number},
    http::{Person, Screen},
    islands::LiveFilter,
};

/// What the list shows.
pub(crate) struct List {
    query: ListQuery,
    page: Page<Token>,
    counts: TokenCounts,
    owners: Vec<Owner>,
    scopes: Vec<String>,
    organization: String,
    actor: Actor,
}

/// `GET /settings/tokens`.
pub(crate) async fn page(person: Person, RawQuery(query): RawQuery) -> Result<Response> {
    let query = ListQuery::parse(query.as_deref().unwrap_or_default());
    let list = List::load(&person, query).await?;
    Screen::new("Tokens", Section::Tokens).show(&person, move || (list.view(), None)).await
}

impl List {
    /// Reads it.
    pub(crate) async fn load(person: &Person, query: ListQuery) -> Result<Self> {
        let (service, actor) = (person.visitor.service(), &person.actor);
        Ok(Self {
            page: service.list_tokens(actor, query.asked()).await?,
            counts: service.token_counts(actor).await?,
            owners: service.token_owners(actor).await?,
            scopes: service.scopes(actor).await?.into_iter().map(|scope| scope.name).collect(),
            organization: service.viewer(actor).await?.organization,
            actor: actor.clone(),
            query,
        })
    }

    /// Shows it.
    pub(crate) fn view(self) -> AnyView {
        let may_create = self.actor.allows(own::TOKENS_WRITE);
        if self.counts.total == 0 {
            return first_token(&self.organization, may_create).into_any();
        }
        let back = Back::List(self.query.clone());
        let new = may_create.then(|| {
            view! { <a class="btn primary" href=back.dialog_for_new() aria-haspopup="dialog">{icon("plus")}"New token"</a> }
        });
        let summary = summary(&self.organization, self.counts);
        let tabs = tabs(&self.query, self.counts).into_any();
        let toolbar = toolbar(&self.query, &self.owners, &self.scopes).into_any();
        view! {
            <header class="page-head"><div><h1>"Tokens"</h1><p>{summary}</p></div>{new}</header>
            {tabs}
            {toolbar}
            <div id="results">{self.results(&back)}</div>
        }
        .into_any()
    }

    fn results(self, back: &Back) -> AnyView {
        if self.page.data.is_empty() {
            return no_match(&self.query).into_any();
        }
        let caption = format!("Tokens of {}", self.organization);
        let named = caption.clone();
        let me = self.actor.principal().map_or(Uuid::nil(), Principal::id);
        let foot = foot(&self.query, &self.page).into_any();
        let head = head(&self.query).into_any();
        let rows = self.page.data.into_iter().map(|token| row(token, &self.actor, me, back)).collect_view();
        view! {
            <div class="table-wrap" role="region" aria-label=named tabindex="0">
                <table class="table cards tokens" role="table">
                    <caption class="sr-only">{caption}</caption>
                    {head}
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
                {foot}
            </div>
        }
        .into_any()
    }
}

fn summary(organization: &str, counts: TokenCounts) -> String {
    let soon = match counts.expiring {
        0 => String::new(),
        1 => " 1 expires within 14 days.".to_owned(),
        n => format!(" {} expire within 14 days.", number(n)),
    };
    format!("{} in {organization}.{soon}", counted(counts.total, "token", "tokens"))
}

fn tabs(query: &ListQuery, counts: TokenCounts) -> impl IntoView + use<> {
    let tabs = [
        ("", "All", counts.total),
        ("active", "Active", counts.active),
        ("expiring", "Expiring soon", counts.expiring),
        ("expired", "Expired", counts.expired),
        ("invalidated", "Invalidated", counts.invalidated),
    ];
    let known = tabs.iter().any(|(status, ..)| *status == query.status);
    let shown = if known { query.status.as_str() } else { "" };
    let tabs = tabs.map(|(status, words, count)| {
        let current = (status == shown).then_some("page");
        view! { <a href=query.tab(status).href() aria-current=current>{words}<span class="num">{number(count)}</span></a> }
    });
    view! { <nav class="tabs" id="tabs" aria-label="Status">{tabs.collect_view()}</nav> }
}

fn toolbar(query: &ListQuery, owners: &[Owner], scopes: &[String]) -> impl IntoView + use<> {
    let several = owners.len() > 1 || !query.owner.is_empty();
    let owners = several.then(|| {
        let options = owners.iter().map(|owner| (owner.id.to_string(), owner.name.clone()));
        select("owner", "Owner", "Any owner", &query.owner, options.collect())
    });
    let scopes = scopes.iter().map(|scope| (scope.clone(), scope.clone())).collect();
    view! {
        <form class="toolbar" role="search" action="/settings/tokens" method="get">
            {kept("status", &query.status)}
            {kept("sort", &query.sort)}
            <div class="search">
                {icon("search")}
                <label class="sr-only" for="q">"Search tokens"</label>
                <input
                    class="input" id="q" name="q" type="search" value=query.q.clone() autocomplete="off"
                    maxlength="200" placeholder="Search label, key hint or IP"
                />
            </div>
            {owners}
            {select("scope", "Scope", "Any scope", &query.scope, scopes)}
            <button class="btn ghost">"Apply"</button>
            <LiveFilter/>
        </form>
    }
}

/// What the form must not lose: the tab and the order.
fn kept(name: &'static str, value: &str) -> impl IntoView + use<> {
    let value = value.to_owned();
    (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value/> })
}

fn select(
    name: &'static str,
    label: &'static str,
    any: &'static str,
    chosen: &str,
    options: Vec<(String, String)>,
) -> AnyView {
    let chosen = chosen.to_owned();
    let options = options.into_iter().map(|(value, words)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{words}</option> }
    });
    view! {
        <label class="select slim">
            <span class="sr-only">{label}</span>
            <select class="input" name=name><option value="">{any}</option>{options.collect_view()}</select>
        </label>
    }
    .into_any()
}

fn head(query: &ListQuery) -> impl IntoView + use<> {
    view! {
        <thead role="rowgroup">
            <tr role="row">
                {sortable(query, TokenSortField::Label, "Label", "c-name")}
                <th role="columnheader" scope="col" class="c-key">"Key"</th>
                <th role="columnheader" scope="col" class="c-owner">"Owner"</th>
                <th role="columnheader" scope="col" class="c-scopes">"Scopes"</th>
                {sortable(query, TokenSortField::LastUsedAt, "Last used", "c-used")}
                {sortable(query, TokenSortField::ExpiresAt, "Expires", "c-exp")}
                {sortable(query, TokenSortField::CreatedAt, "Created", "c-made")}
                <th role="columnheader" scope="col" class="c-status">"Status"</th>
                <th role="columnheader" class="c-menu"><span class="sr-only">"Actions"</span></th>
            </tr>
        </thead>
    }
}

fn sortable(
    query: &ListQuery,
    field: TokenSortField,
    words: &'static str,
    class: &'static str,
) -> impl IntoView + use<> {
    let now = query.sort();
    let sorted = (now.field == field).then_some(if now.descending { "descending" } else { "ascending" });
    let href = query.sorted(&query.next_sort(field)).href();
    let arrow = sorted.map(|_| icon("sort"));
    view! { <th role="columnheader" scope="col" class=class aria-sort=sorted><a href=href>{words}{arrow}</a></th> }
}

fn foot(query: &ListQuery, page: &Page<Token>) -> impl IntoView + use<> {
    let here = i64::from(query.number());
    let size = i64::from(PAGE);
    let first = (here - 1) * size + 1;
    let last = first + i64::try_from(page.data.len()).unwrap_or(size) - 1;
    let range = format!("{}–{}", number(first), number(last));
    let noun = if page.total == 1 { " token" } else { " tokens" };
    let pages = (page.total + size - 1) / size;
    let more = if page.total_capped { "+" } else { "" };
    let step = |label: &'static str, to: i64, possible: bool| {
        let href = u32::try_from(to).ok().filter(|_| possible).map(|to| query.at_page(to).href());
        let back = label == "Previous";
        let words = view! { {back.then(|| icon("back"))}{label}{(!back).then(|| icon("next"))} };
        match href {
            Some(href) => view! { <a class="btn sm" href=href>{words}</a> }.into_any(),
            None => view! { <span class="btn sm ghost" aria-disabled="true">{words}</span> }.into_any(),
        }
    };
    let steps = (pages > 1).then(|| {
        view! {
            <nav class="push" aria-label="Pages">
                {step("Previous", here - 1, here > 1)}
                <span class="num">{format!("Page {} of {}{more}", number(here), number(pages))}</span>
                {step("Next", here + 1, here < pages || page.total_capped)}
            </nav>
        }
    });
    view! {
        <div class="table-foot">
            <span>"Showing "<b>{range}</b>" of "<b>{format!("{}{more}", number(page.total))}</b>{noun}</span>
            {steps}
        </div>
    }
}
