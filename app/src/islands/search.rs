//! The search of the scope picker.

use leptos::{html::Input, prelude::*};

/// Hides the scopes of the picker that don't hold what is typed. `count` is how many there are.
#[island]
pub(crate) fn ScopeSearch(count: usize, icons: String) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let said = RwSignal::new(String::new());
    let placeholder = if count == 1 { "Search 1 scope".to_owned() } else { format!("Search {count} scopes") };

    #[cfg(feature = "hydrate")]
    let typed = move |_| {
        let Some(input) = input.get_untracked() else { return };
        said.set(filter(&input, &input.value().trim().to_lowercase()));
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
            <span class="small muted found" role="status">{said}</span>
        </div>
    }
}

/// Shows what matches, by name or description; says how many.
#[cfg(feature = "hydrate")]
fn filter(input: &web_sys::Element, wanted: &str) -> String {
    use super::browser::{identify_visitor, within};

    let Some(picker) = identify_visitor(input, ".picker") else { return String::new() };
    let mut found = 0;
    for group in within(&picker, ".list fieldset") {
        let mut shown = false;
        for label in within(&group, "label") {
            let matches = label.text_content().unwrap_or_default().to_lowercase().contains(wanted);
            label.set_hidden(!matches);
            shown |= matches;
            found += u32::from(matches);
        }
        group.set_hidden(!shown);
    }
    match found {
        _ if wanted.is_empty() => String::new(),
        0 => "No scope matches.".to_owned(),
        1 => "1 matches".to_owned(),
        n => format!("{n} match"),
    }
}
