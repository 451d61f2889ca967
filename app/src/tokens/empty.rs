//! The list without a token: the first is to be made, or nothing matches.

use leptos::prelude::*;

use super::query::ListQuery;
use crate::{
    frame::{icon, icons_path, nothing_found},
    web::encode,
};

/// Nothing is there yet.
pub(crate) fn first_token(organization: &str, may_create: bool) -> impl IntoView + use<> {
    let lead = format!("None yet in {organization}.");
    let content = if may_create {
        view! {
            <h2 id="first">"Mint your first token"</h2>
            <p>
                "A token lets a device, a pipeline or a script call your APIs. Each has one owner, an end date and only
                the scopes you grant."
            </p>
            <a class="btn primary" href="/settings/tokens/new" aria-haspopup="dialog">{icon("plus")}"New token"</a>
            <div class="choices">
                {start("Sensor gateway", "365d", "A device that stays: 1 year")}
                {start("CI pipeline", "30d", "Builds and deploys: 30 days")}
                {start("Trial", "7d", "A first try: 7 days")}
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
        <section class="card empty" aria-labelledby="first">{illustration()}{content}</section>
    }
}

/// There are tokens, but none like that.
pub(crate) fn no_match(query: &ListQuery) -> impl IntoView + use<> {
    let (words, href, action) = if query.is_narrowed() {
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
    nothing_found(words, href, action)
}

/// A form that is filled in already, but for the scopes.
fn start(label: &'static str, lifetime: &'static str, words: &'static str) -> impl IntoView {
    let href = format!("/settings/tokens/new?label={}&expires_in={lifetime}", encode(label));
    view! { <a class="choice" href=href aria-haspopup="dialog"><b>{label}</b>" "<small>{words}</small></a> }
}

fn illustration() -> impl IntoView {
    let mark = format!("{}#mark", icons_path());
    view! {
        <svg viewBox="0 0 120 120" fill="none" stroke="currentColor" aria-hidden="true">
            <circle cx="60" cy="60" r="54" pathLength="72" stroke-width="6" stroke-dasharray=".3 .7"></circle>
            <circle cx="60" cy="60" r="45" stroke-width="1.5"></circle>
            <g stroke="none" transform="translate(34 34) scale(1.6)"><use href=mark width="32" height="32"></use></g>
        </svg>
    }
}
