//! Menus of table rows and pages, and their items.

use leptos::prelude::*;

use super::{icon::Icon, tone::Tone};

/// The menu of a table row, with its button.
#[component]
pub(crate) fn RowMenu(
    /// The ID of the row's entry, from which the menu's ID is derived.
    #[prop(into)]
    of: String,
    /// The button's accessible name.
    #[prop(into)]
    label: String,
    children: Children,
) -> impl IntoView {
    let id = format!("menu-{of}");
    view! {
        <button class="icon-btn" type="button" popovertarget=id.clone() aria-label=label><Icon name="dots"/></button>
        <div class="menu" id=id popover>{children()}</div>
    }
}

/// A page's menu of less common actions, with its button.
#[component]
pub(crate) fn PageMenu(children: Children) -> impl IntoView {
    view! {
        <button class="btn" type="button" popovertarget="more" aria-label="More actions"><Icon name="dots"/></button>
        <div class="menu" id="more" popover>{children()}</div>
    }
}

/// A menu item that opens a dialog.
#[component]
pub(crate) fn MenuItem(
    #[prop(into)] href: String,
    icon: &'static str,
    label: &'static str,
    #[prop(optional)] tone: Tone,
) -> impl IntoView {
    let class = (tone == Tone::Danger).then_some("danger");
    view! { <a class=class href=href aria-haspopup="dialog"><Icon name=icon/>{label}</a> }
}

/// A button that opens a dialog.
#[component]
pub(crate) fn DialogLink(
    #[prop(into)] href: String,
    icon: &'static str,
    label: &'static str,
    /// Whether this is the page's main action.
    #[prop(optional)]
    primary: bool,
) -> impl IntoView {
    let class = if primary { "btn primary" } else { "btn" };
    view! { <a class=class href=href aria-haspopup="dialog"><Icon name=icon/>{label}</a> }
}
