//! The icons: one sprite, drawn in the colour of the text beside them.

use std::sync::Arc;

use leptos::prelude::*;

use crate::options::ConsoleAssets;

/// An icon of 16 pixels. Screen readers skip it: a text stands beside it.
#[component]
pub(crate) fn Icon(name: &'static str) -> impl IntoView {
    let href = format!("{}#i-{name}", icons_path());
    view! { <svg class="i" aria-hidden="true"><use href=href></use></svg> }
}

/// The key with the leaf: Mintkey's mark.
#[component]
pub(crate) fn Mark() -> impl IntoView {
    let href = format!("{}#mark", icons_path());
    view! { <svg aria-hidden="true"><use href=href></use></svg> }
}

/// The path of the sprite. Islands take it as a prop, since the browser has no such context.
pub(crate) fn icons_path() -> String {
    use_context::<Arc<ConsoleAssets>>().map(|assets| assets.icons.clone()).unwrap_or_default()
}
