//! The tabs, search and filters above the list. Their whole state is in the URL.

use leptos::prelude::*;
use mintkey_domain::wire::{Owner, TokenCounts};

use super::query::ListQuery;
use crate::{
    frame::{ClearFilters, Filter, SearchField, Tab},
    islands::LiveFilter,
};

/// The owners in the filter.
#[derive(Clone)]
pub(super) struct Owners {
    pub(super) listed: Vec<Owner>,
    /// Whether more owners exist.
    pub(super) truncated: bool,
}

/// One tab for each status.
pub(super) fn tabs(query: &ListQuery, counts: TokenCounts) -> Vec<Tab> {
    let tabs = [
        ("", "All", counts.total),
        ("active", "Active", counts.active),
        ("expiring", "Expiring soon", counts.expiring),
        ("expired", "Expired", counts.expired),
        ("invalidated", "Invalidated", counts.invalidated),
    ];
    let is_known = tabs.iter().any(|(status, ..)| *status == query.status);
    let selected = if is_known { query.status.as_str() } else { "" };
    let tab =
        |(status, label, count)| Tab { label, count, href: query.tab(status).href(), current: status == selected };
    tabs.map(tab).into()
}

/// The search field and filters.
#[component]
pub(super) fn Toolbar(query: ListQuery, owners: Owners, scopes: Vec<String>) -> impl IntoView {
    let (unfiltered, narrowed) = (query.tab_only().href(), query.is_narrowed());
    let ListQuery { status, q, owner, scope, sort, .. } = query;
    let owner_filter = (owners.listed.len() > 1 || !owner.is_empty()).then(|| {
        let options = owners.listed.iter().map(|owner| (owner.id.to_string(), owner.name.clone())).collect();
        let truncated = owners.truncated;
        view! { <Filter name="owner" label="Owner" any="Any owner" options chosen=owner truncated/> }
    });
    let scopes = scopes.iter().map(|scope| (scope.clone(), scope.clone())).collect();
    view! {
        <form class="toolbar" role="search" action="/settings/tokens" method="get">
            <Preserved name="status" value=status/>
            <Preserved name="sort" value=sort/>
            <SearchField
                label="Search tokens" placeholder="Search label, owner, key hint or IP" value=q autocomplete="off"
            />
            {owner_filter}
            <Filter name="scope" label="Scope" any="Any scope" options=scopes chosen=scope/>
            <div class="apply">
                <button class="btn ghost">"Apply"</button>
                // A separate element, which the `LiveFilter` island replaces.
                <span id="clear"><ClearFilters href=unfiltered narrowed/></span>
            </div>
            <LiveFilter/>
        </form>
    }
}

/// A hidden parameter that the form keeps.
#[component]
fn Preserved(name: &'static str, value: String) -> impl IntoView {
    (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value/> })
}
