//! The controls above a list: tabs, search and filters.

use leptos::prelude::*;
use mintkey_domain::MAX_SEARCH;

use super::{icon::Icon, number::number};

pub(crate) struct Tab {
    pub(crate) label: &'static str,
    pub(crate) count: i64,
    pub(crate) href: String,
    pub(crate) current: bool,
}

/// One tab for each status, with its count.
#[component]
pub(crate) fn StatusTabs(tabs: Vec<Tab>, #[prop(optional)] id: Option<&'static str>) -> impl IntoView {
    let tabs = tabs.into_iter().map(|Tab { label, count, href, current }| {
        let current = current.then_some("page");
        view! { <a href=href aria-current=current>{label}" "<span class="num">{number(count)}</span></a> }
    });
    view! { <nav class="tabs" id=id aria-label="Status">{tabs.collect_view()}</nav> }
}

/// A list's search input, named `q`.
#[component]
pub(crate) fn SearchField(
    /// The label for screen readers.
    label: &'static str,
    placeholder: &'static str,
    value: String,
    /// `off` where the list updates while the user types, so that no suggestions cover it.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
) -> impl IntoView {
    view! {
        <div class="search">
            <Icon name="search"/>
            <label class="sr-only" for="q">{label}</label>
            <input
                class="input" id="q" name="q" type="search" value=value autocomplete=autocomplete
                maxlength=MAX_SEARCH.to_string() placeholder=placeholder
            />
        </div>
    }
}

/// A select that filters a list. `options` are values with their labels.
#[component]
pub(crate) fn Filter(
    name: &'static str,
    label: &'static str,
    /// The label of the empty option.
    any: &'static str,
    options: Vec<(String, String)>,
    #[prop(into)] chosen: String,
    /// Whether more values exist than `options`; adds a hint to search for them by name.
    #[prop(optional)]
    truncated: bool,
) -> impl IntoView {
    let more = truncated.then(|| view! { <option disabled=true>"For others, search by name"</option> });
    // The active filter stays selected, even if it isn't among the options.
    let unlisted = !chosen.is_empty() && !options.iter().any(|(value, _)| *value == chosen);
    let unlisted = unlisted.then(|| (chosen.clone(), chosen.clone()));
    let options = options.into_iter().chain(unlisted).map(|(value, label)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{label}</option> }
    });
    let options = options.collect_view();
    view! {
        <label class="select slim">
            <span class="sr-only">{label}</span>
            <select class="input" name=name><option value="">{any}</option>{options}{more}</select>
        </label>
    }
}

/// The link that removes all filters, if any are set.
#[component]
pub(crate) fn ClearFilters(
    /// The URL of the list without filters.
    #[prop(into)]
    href: String,
    /// Whether any filter is set.
    narrowed: bool,
) -> impl IntoView {
    narrowed.then(|| view! { <a class="btn ghost" href=href>"Clear"</a> })
}
