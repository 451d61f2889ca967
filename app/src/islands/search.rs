//! The search of the scope picker.

use leptos::{html::Input, prelude::*};

/// Hides the scopes that don't contain the search text. `count` is the number of scopes.
#[island]
pub(crate) fn ScopeSearch(count: usize, icons: String) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let result = RwSignal::new(String::new());
    let placeholder = if count == 1 { "Search 1 scope".to_owned() } else { format!("Search {count} scopes") };

    #[cfg(feature = "hydrate")]
    let typed = move |_| {
        let Some(input) = input.get_untracked() else { return };
        result.set(filter(&input, &input.value().trim().to_lowercase()));
    };
    #[cfg(not(feature = "hydrate"))]
    let typed = |_| {};

    view! {
        <div class="search live-only">
            <svg class="i" aria-hidden="true"><use href=format!("{icons}#i-search")></use></svg>
            <label class="sr-only" for="scope-search">"Search scopes"</label>
            <input
                class="input" id="scope-search" type="search" autocomplete="off" form="none"
                placeholder=placeholder node_ref=input on:input=typed
            />
            <span class="small muted found" role="status">{result}</span>
        </div>
    }
}

/// Hides scopes whose name and description don't match; returns a message with the number of matches.
#[cfg(feature = "hydrate")]
fn filter(input: &web_sys::Element, text: &str) -> String {
    use super::browser::{closest, within};

    let Some(picker) = closest(input, ".picker") else { return String::new() };
    let mut matching = 0;
    for group in within(&picker, ".list fieldset") {
        let mut any_matches = false;
        for label in within(&group, "label") {
            let matches = label.text_content().unwrap_or_default().to_lowercase().contains(text);
            label.set_hidden(!matches);
            any_matches |= matches;
            matching += u32::from(matches);
        }
        group.set_hidden(!any_matches);
    }
    match matching {
        _ if text.is_empty() => String::new(),
        0 => "No scope matches.".to_owned(),
        1 => "1 matches".to_owned(),
        n => format!("{n} match"),
    }
}
