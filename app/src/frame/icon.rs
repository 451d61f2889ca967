//! Icons from one SVG sprite, drawn in the text colour.

use std::sync::Arc;

use leptos::prelude::*;

use crate::options::ConsoleAssets;

/// An icon of 16 pixels. Screen readers skip it, so it needs a text next to it.
#[component]
pub(crate) fn Icon(name: &'static str) -> impl IntoView {
    let href = format!("{}#i-{name}", icons_path());
    view! { <svg class="i" aria-hidden="true"><use href=href></use></svg> }
}

/// Mintkey's logo: a key with a leaf.
#[component]
pub(crate) fn Mark() -> impl IntoView {
    let href = format!("{}#mark", icons_path());
    view! { <svg aria-hidden="true"><use href=href></use></svg> }
}

/// The sprite's path. Islands take it as a prop, because the context doesn't exist in the browser.
pub(crate) fn icons_path() -> String {
    use_context::<Arc<ConsoleAssets>>().map(|assets| assets.icons.clone()).unwrap_or_default()
}
