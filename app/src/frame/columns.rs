//! Heads of tables. The roles are said because the styles that lay rows out as cards take them away.

use leptos::prelude::*;

/// A column's name, and the class that its width goes by.
pub(crate) type Column = (&'static str, &'static str);

/// The names of the columns.
pub(crate) fn columns(columns: &'static [Column]) -> AnyView {
    head(columns, None)
}

/// The names of the columns, and one without a visible name for the menu of a row.
pub(crate) fn columns_and_actions(columns: &'static [Column]) -> AnyView {
    head(columns, Some("col-actions"))
}

/// The names of the columns, and one without a visible name for the button of a row.
pub(crate) fn columns_and_button(columns: &'static [Column]) -> AnyView {
    head(columns, Some("col-button"))
}

fn head(columns: &'static [Column], last: Option<&'static str>) -> AnyView {
    let names = columns.iter().map(|(name, class)| {
        view! { <th role="columnheader" scope="col" class=*class>{*name}</th> }
    });
    let names = names.collect_view();
    let actions =
        last.map(|class| view! { <th role="columnheader" class=class><span class="sr-only">"Actions"</span></th> });
    view! { <thead role="rowgroup"><tr role="row">{names}{actions}</tr></thead> }.into_any()
}
