//! Breadcrumb navigation.

use leptos::prelude::*;

use super::icon::Icon;

/// The path from a list to one of its entries.
#[component]
pub(crate) fn Breadcrumb(list: &'static str, href: &'static str, #[prop(into)] current: String) -> impl IntoView {
    view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <a href=href>{list}</a><Icon name="next"/>
            <span aria-current="page">{current}</span>
        </nav>
    }
}
