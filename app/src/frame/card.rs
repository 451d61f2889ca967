//! Cards: sections of a page with a heading.

use leptos::prelude::*;

#[component]
pub(crate) fn Card(
    /// The id of the heading.
    id: &'static str,
    heading: &'static str,
    /// Text or links beside the heading.
    #[prop(optional)]
    aside: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby=id>
            <header><h2 id=id>{heading}</h2>{aside}</header>
            {children()}
        </section>
    }
}
