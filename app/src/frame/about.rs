//! The footer of every page: Mintkey's version, its license, and a link to the API documentation.

use leptos::prelude::*;

#[component]
pub(crate) fn About() -> impl IntoView {
    view! {
        <span>"Mintkey "{env!("CARGO_PKG_VERSION")}</span>
        <span>"License: "{env!("CARGO_PKG_LICENSE")}</span>
        <a class="link" href="/api/docs">"API documentation"</a>
    }
}
