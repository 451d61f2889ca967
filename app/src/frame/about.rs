//! The foot of every page: the version of Mintkey, its license, and where its API is described.

use leptos::prelude::*;

/// The entries of the foot.
#[component]
pub(crate) fn About() -> impl IntoView {
    view! {
        <span>"Mintkey "{env!("CARGO_PKG_VERSION")}</span>
        <span>"License: "{env!("CARGO_PKG_LICENSE")}</span>
        <a class="link" href="/api/docs">"API documentation"</a>
    }
}
