//! Selecting tokens in the list, and the bar of actions on them. It works without script: the check boxes belong to a form
//! whose buttons open the dialog.

use leptos::prelude::*;
use mintkey_domain::TokenId;

use crate::{frame::Icon, return_to::ReturnTo};

/// The ID of the form.
const FORM: &str = "selection";

/// The check box of a row.
#[component]
pub(super) fn SelectToken(id: TokenId, label: String) -> impl IntoView {
    let label = format!("Select {label}");
    view! {
        <td role="cell" class="col-select">
            <input type="checkbox" name="ids" value=id.to_string() form=FORM aria-label=label autocomplete="off"/>
        </td>
    }
}

/// The heading of the check boxes: with script, one that selects all.
#[component]
pub(super) fn SelectAll() -> impl IntoView {
    view! {
        <input class="live-only" type="checkbox" data-select-all=FORM aria-label="Select all on this page" autocomplete="off"/>
    }
}

/// The bar, which is shown once a token is selected.
#[component]
pub(super) fn SelectionBar(return_to: ReturnTo) -> impl IntoView {
    view! {
        <form id=FORM class="selection-bar" action="/settings/tokens/bulk" aria-label="Selected tokens">
            <input type="hidden" name="back" value=return_to.href()/>
            // A script adds the number.
            <p role="status" data-selected=FORM>"Selected"</p>
            <button class="btn ghost" name="action" value="invalidate"><Icon name="ban"/>"Invalidate…"</button>
            <button class="btn ghost" name="action" value="delete"><Icon name="trash"/>"Delete…"</button>
            <button class="btn" type="reset">"Clear"</button>
        </form>
    }
}
