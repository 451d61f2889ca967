//! A search for a choice that a long list doesn't show.

use leptos::prelude::*;
use mintkey_domain::holds_secret;

use crate::web::searchable;

/// What a form with such a search sends. The form is shown again with the matching choices before anything is done, so
/// that Enter in the field never sends off the choice from before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ChoiceSearch {
    /// What is searched for: the field `choice_search`.
    pub(crate) typed: String,
    /// What the list that was shown had been searched for: the field `choice_searched`.
    pub(crate) answered: String,
}

impl ChoiceSearch {
    /// Whether the search differs from the one that the list answers.
    pub(crate) fn is_new(&self) -> bool {
        self.typed.trim() != self.answered.trim()
    }

    /// The search; `None` for everything.
    pub(crate) fn text(&self) -> Option<String> {
        if holds_secret(&self.typed) {
            return None;
        }
        Some(searchable(&self.typed)).filter(|text| !text.is_empty())
    }

    /// Whether there is nothing to search for: the list has all `total` choices and wasn't searched.
    fn is_needless(&self, listed: usize, total: i64) -> bool {
        is_complete(listed, total) && self.typed.is_empty()
    }
}

fn is_complete(listed: usize, total: i64) -> bool {
    i64::try_from(listed).is_ok_and(|listed| listed >= total)
}

/// The search for a service account, unless all of them are listed.
#[component]
pub(crate) fn MoreChoices(
    search: ChoiceSearch,
    /// How many are listed.
    listed: usize,
    /// How many match.
    total: i64,
) -> impl IntoView {
    if search.is_needless(listed, total) {
        return None;
    }
    let pasted = holds_secret(&search.typed);
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
