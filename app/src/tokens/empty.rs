//! Replaces an empty token list: no tokens exist, or none matches.

use leptos::prelude::*;

use super::query::ListQuery;
use crate::{
    frame::{DialogLink, NothingFound, icons_path},
    web::encode,
};

/// Says that no tokens exist, with links to create the first one.
#[component]
pub(super) fn FirstToken(organization: String, can_create: bool) -> impl IntoView {
    let lead = format!("None yet in {organization}.");
    let content = if can_create {
        view! {
            <h2 id="first">"Mint your first token"</h2>
            <p>
                "A token lets a device, a pipeline or a script call your APIs. Each has one owner, an end date and only \
                 the scopes you grant."
            </p>
            <DialogLink href="/settings/tokens/new" icon="plus" label="New token" primary=true/>
            <div class="choices">
                <Template label="Sensor gateway" lifetime="365d" description="A device that stays: 1 year"/>
                <Template label="CI pipeline" lifetime="30d" description="Builds and deploys: 30 days"/>
                <Template label="Trial" lifetime="7d" description="A first try: 7 days"/>
            </div>
        }
        .into_any()
    } else {
        view! {
            <h2 id="first">"No token yet"</h2>
            <p>"Once somebody makes one, it is listed here."</p>
        }
        .into_any()
    };
    view! {
        <header class="page-head"><div><h1>"Tokens"</h1><p>{lead}</p></div></header>
        <section class="card empty" aria-labelledby="first"><Illustration/>{content}</section>
    }
}

/// Says that no token matches the filters.
#[component]
pub(super) fn NoMatch(query: ListQuery) -> impl IntoView {
    let (message, href, action) = if query.is_narrowed() {
        (
            "No token matches. The search looks at the beginnings of words in the label, and at whole key hints and addresses.",
            query.tab_only().href(),
            "Clear the search",
        )
    } else if query.number() > 1 {
        ("This page is past the end of the list.", query.at_page(1).href(), "First page")
    } else {
        ("No token has this status.", ListQuery::default().href(), "All tokens")
    };
    view! { <NothingFound message href action/> }
}

/// A link to the form for a new token, prefilled except for the scopes.
#[component]
fn Template(label: &'static str, lifetime: &'static str, description: &'static str) -> impl IntoView {
    let href = format!("/settings/tokens/new?label={}&expires_in={lifetime}", encode(label));
    view! { <a class="choice" href=href aria-haspopup="dialog"><b>{label}</b>" "<small>{description}</small></a> }
}

#[component]
fn Illustration() -> impl IntoView {
    let mark = format!("{}#mark", icons_path());
    view! {
        <svg viewBox="0 0 120 120" fill="none" stroke="currentColor" aria-hidden="true">
            <circle cx="60" cy="60" r="54" pathLength="72" stroke-width="6" stroke-dasharray=".3 .7"></circle>
            <circle cx="60" cy="60" r="45" stroke-width="1.5"></circle>
            <g stroke="none" transform="translate(34 34) scale(1.6)"><use href=mark width="32" height="32"></use></g>
        </svg>
    }
}
