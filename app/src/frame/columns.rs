//! Heads of tables. The roles are said because the styles that lay rows out as cards take them away.

use leptos::prelude::*;

/// The names of the columns.
pub(crate) fn columns(names: &'static [&'static str]) -> AnyView {
    head(names, false)
}

/// The names of the columns, and one without a visible name for what can be done with a row.
pub(crate) fn columns_and_actions(names: &'static [&'static str]) -> AnyView {
    head(names, true)
}

fn head(names: &'static [&'static str], actions: bool) -> AnyView {
    let names = names.iter().map(|name| view! { <th role="columnheader" scope="col">{*name}</th> }).collect_view();
    let actions =
        actions.then(|| view! { <th role="columnheader" class="c-menu"><span class="sr-only">"Actions"</span></th> });
    view! { <thead role="rowgroup"><tr role="row">{names}{actions}</tr></thead> }.into_any()
}
