//! A choice that narrows a list.

use leptos::prelude::*;

/// A filter with more choices than are listed: it says how the others are found.
pub(crate) fn long_filter(
    name: &'static str,
    label: &'static str,
    any: &'static str,
    options: Vec<(String, String)>,
    chosen: &str,
    is_cut: bool,
) -> AnyView {
    let more = is_cut.then(|| view! { <option disabled=true>"For others, search by name"</option> }.into_any());
    select(name, label, any, options, chosen, more)
}

/// A filter, with `any` for no choice. `options` are values with their words.
pub(crate) fn filter(
    name: &'static str,
    label: &'static str,
    any: &'static str,
    options: Vec<(String, String)>,
    chosen: &str,
) -> AnyView {
    select(name, label, any, options, chosen, None)
}

fn select(
    name: &'static str,
    label: &'static str,
    any: &'static str,
    options: Vec<(String, String)>,
    chosen: &str,
    more: Option<AnyView>,
) -> AnyView {
    // What is filtered by stays chosen, even where a long list doesn't reach it.
    let unlisted = !chosen.is_empty() && !options.iter().any(|(value, _)| value == chosen);
    let unlisted = unlisted.then(|| (chosen.to_owned(), chosen.to_owned()));
    let options = options.into_iter().chain(unlisted).map(|(value, words)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{words}</option> }
    });
    let options = options.collect_view();
    view! {
        <label class="select slim">
            <span class="sr-only">{label}</span>
            <select class="input" name=name><option value="">{any}</option>{options}{more}</select>
        </label>
    }
    .into_any()
}

/// The link that takes all filters back, where there are any.
pub(crate) fn clear(list: &str, narrowed: bool) -> AnyView {
    let list = list.to_owned();
    narrowed.then(|| view! { <a class="btn ghost" href=list>"Clear"</a> }).into_any()
}
