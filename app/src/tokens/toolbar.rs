//! What stands above the list: the tabs, the search, the filters. All of it is in the address.

use leptos::prelude::*;
use mintkey_domain::wire::{Owner, TokenCounts};

use super::query::ListQuery;
use crate::{
    frame::{clear, filter, icon, long_filter, number},
    islands::LiveFilter,
};

/// A tab for each status, with its count.
pub(super) fn tabs(query: &ListQuery, counts: TokenCounts) -> impl IntoView + use<> {
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
        view! { <a href=query.tab(status).href() aria-current=current>{words}" "<span class="num">{number(count)}</span></a> }
    });
    view! { <nav class="tabs" id="tabs" aria-label="Status">{tabs.collect_view()}</nav> }
}

/// The search and the filters.
pub(super) fn toolbar(
    query: &ListQuery,
    (owners, is_cut): &(Vec<Owner>, bool),
    scopes: &[String],
) -> impl IntoView + use<> {
    let several = owners.len() > 1 || !query.owner.is_empty();
    let owners = several.then(|| {
        let options = owners.iter().map(|owner| (owner.id.to_string(), owner.name.clone()));
        long_filter("owner", "Owner", "Any owner", options.collect(), &query.owner, *is_cut)
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
                    maxlength="200" placeholder="Search label, owner, key hint or IP"
                />
            </div>
            {owners}
            {filter("scope", "Scope", "Any scope", scopes, &query.scope)}
            <div class="apply">
                <button class="btn ghost">"Apply"</button>
                // A part of its own: what is typed takes it in and out.
                <span id="clear">{clear(&query.tab_only().href(), query.is_narrowed())}</span>
            </div>
            <LiveFilter/>
        </form>
    }
}

/// What the form must not lose: the tab and the order.
fn kept(name: &'static str, value: &str) -> impl IntoView + use<> {
    let value = value.to_owned();
    (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value/> })
}
