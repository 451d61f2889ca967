//! The menus of rows and of pages, and their items.

use leptos::prelude::*;

use super::{icon::Icon, tone::Tone};

/// The menu of a table's row, behind a button.
#[component]
pub(crate) fn RowMenu(
    /// The id of the row's entry, from which that of the menu is made.
    #[prop(into)]
    of: String,
    /// The button's name.
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

/// The menu of a page with what is seldom done, behind a button.
#[component]
pub(crate) fn PageMenu(children: Children) -> impl IntoView {
    view! {
        <button class="btn" type="button" popovertarget="more" aria-label="More actions"><Icon name="dots"/></button>
        <div class="menu" id="more" popover>{children()}</div>
    }
}

/// An item of a menu that opens a dialog.
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

/// A button of a page that opens a dialog.
#[component]
pub(crate) fn DialogLink(
    #[prop(into)] href: String,
    icon: &'static str,
    label: &'static str,
    /// Whether it is what people come to the page for.
    #[prop(optional)]
    primary: bool,
) -> impl IntoView {
    let class = if primary { "btn primary" } else { "btn" };
    view! { <a class=class href=href aria-haspopup="dialog"><Icon name=icon/>{label}</a> }
}
