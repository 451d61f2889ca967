//! What stands in the place of a list that a search, a filter or a page number left empty.

use leptos::prelude::*;

use super::icon::icon;

/// Says what was not found, with a link to what is there.
pub(crate) fn nothing_found(words: &'static str, href: String, action: &'static str) -> impl IntoView {
    view! {
        <section class="card empty slim" aria-label="Nothing found">
            {icon("search")}
            <p>{words}</p>
            <a class="btn" href=href>{action}</a>
        </section>
    }
}
