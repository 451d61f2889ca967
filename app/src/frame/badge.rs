//! A status badge: an icon and a word.

use leptos::prelude::*;

use super::{icon::Icon, tone::Tone};

#[component]
pub(crate) fn Badge(
    icon: &'static str,
    #[prop(optional)] tone: Tone,
    /// The label.
    children: Children,
) -> impl IntoView {
    view! { <span class=tone.class("badge")><Icon name=icon/>{children()}</span> }
}
