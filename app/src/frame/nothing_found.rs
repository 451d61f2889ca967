//! What stands in the place of a list that a search, a filter or a page number left empty.

use leptos::prelude::*;

use super::icon::Icon;

/// Says what was not found, with a link to what is there.
#[component]
pub(crate) fn NothingFound(
    message: &'static str,
    #[prop(into)] href: String,
    /// The label of the link.
    action: &'static str,
) -> impl IntoView {
    view! {
        <section class="card empty slim" aria-label="Nothing found">
            <Icon name="search"/>
            <p>{message}</p>
            <a class="btn" href=href>{action}</a>
        </section>
    }
}
