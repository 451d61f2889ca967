//! A status, as an icon and a word.

use leptos::prelude::*;

use super::{icon::Icon, tone::Tone};

/// A status.
#[component]
pub(crate) fn Badge(
    icon: &'static str,
    #[prop(optional)] tone: Tone,
    /// The word, and what else belongs to it.
    children: Children,
) -> impl IntoView {
    view! { <span class=tone.class("badge")><Icon name=icon/>{children()}</span> }
}
