//! Replaces a list that is empty because of its search, filters or page number.

use leptos::prelude::*;

use super::icon::Icon;

/// Says that nothing matches, with a link to a list that isn't empty.
#[component]
pub(crate) fn NothingFound(
    message: &'static str,
    #[prop(into)] href: String,
    /// The link's label.
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
