//! A search for options beyond those that a long list shows.

use leptos::prelude::*;
use mintkey_domain::contains_secret;

use crate::web::searchable;

/// The search fields of a form. A new search only renders the form again with the matching options, so that Enter in
/// the search field never submits the previous choice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ChoiceSearch {
    /// The search text: the field `choice_search`.
    pub(crate) typed: String,
    /// The search text that the shown list matches: the field `choice_searched`.
    pub(crate) answered: String,
}

impl ChoiceSearch {
    /// Whether the search text differs from the one that the shown list matches.
    pub(crate) fn is_new(&self) -> bool {
        self.typed.trim() != self.answered.trim()
    }

    /// The search text; `None` if it is empty or contains a secret.
    pub(crate) fn text(&self) -> Option<String> {
        if contains_secret(&self.typed) {
            return None;
        }
        Some(searchable(&self.typed)).filter(|text| !text.is_empty())
    }

    /// Whether no search is needed: the list has all `total` options and isn't filtered.
    fn is_needless(&self, listed: usize, total: i64) -> bool {
        is_complete(listed, total) && self.typed.is_empty()
    }
}

fn is_complete(listed: usize, total: i64) -> bool {
    i64::try_from(listed).is_ok_and(|listed| listed >= total)
}

/// A search for service accounts, unless all of them are listed.
#[component]
pub(crate) fn MoreChoices(
    search: ChoiceSearch,
    /// Number of listed options.
    listed: usize,
    /// Number of matching options.
    total: i64,
) -> impl IntoView {
    if search.is_needless(listed, total) {
        return None;
    }
    let pasted = contains_secret(&search.typed);
    let result = match (search.text(), total) {
        _ if pasted => "This was a token's secret, so nothing was looked up.".to_owned(),
        (Some(_), 0) => "No service account matches.".to_owned(),
        (Some(_), 1) => "1 service account matches.".to_owned(),
        (Some(_), total) if is_complete(listed, total) => format!("{total} service accounts match."),
        (_, total) => format!("The first {listed} of {total} service accounts are listed."),
    };
    let value = if pasted { String::new() } else { search.typed };
    let view = view! {
        <div class="field">
            <input type="hidden" name="choice_searched" value=value.clone()/>
            <label for="choice_search">"Find a service account"</label>
            <div class="find">
                <input
                    class="input" id="choice_search" name="choice_search" type="search" value=value
                    maxlength="200" autocomplete="off" aria-describedby="choice_search-h"
                />
                <button class="btn" formnovalidate=true>"Find"</button>
            </div>
            <p class="hint" id="choice_search-h">{result}</p>
        </div>
    };
    Some(view)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(typed: &str, answered: &str) -> ChoiceSearch {
        ChoiceSearch { typed: typed.to_owned(), answered: answered.to_owned() }
    }

    #[test]
    fn only_a_search_that_was_not_answered_yet_is_new() {
        assert!(search("fleet", "").is_new() && search("", "fleet").is_new());
        assert!(!search("", "").is_new() && !search("fleet ", "fleet").is_new());
    }

    #[test]
    fn a_complete_list_needs_no_search() {
        assert!(search("", "").is_needless(3, 3));
        assert!(!search("", "").is_needless(200, 700) && !search("a", "a").is_needless(3, 3));
    }

    #[test]
    fn a_pasted_secret_is_not_searched_for() {
        let secret = mintkey_domain::Secret::from_random([7; 32]);
        assert_eq!(search(secret.to_client_secret().expose(), "").text(), None);
        assert_eq!(search(" fleet ", "").text().as_deref(), Some("fleet"));
    }
}
