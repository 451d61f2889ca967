//! The foot of every page: which Mintkey this is, under which license, and where its API is described.

use leptos::prelude::*;

/// The entries of the foot.
pub(crate) fn about() -> impl IntoView {
    view! {
        <span>"Mintkey "{env!("CARGO_PKG_VERSION")}</span>
        <span>"License: "{env!("CARGO_PKG_LICENSE")}</span>
        <a class="link" href="/api/docs">"API documentation"</a>
    }
}
