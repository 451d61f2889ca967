//! Validates query parameters and removes empty ones, because a GET form sends all of its fields, even empty ones.

use mintkey_domain::MAX_SEARCH;

/// The message for parameters that can't be parsed.
pub(crate) const DUPLICATE_PARAMETER: &str = "The filters were ignored: the address names one of them twice.";

/// The messages of the failed checks.
pub(crate) fn validation_messages<const N: usize>(checks: [(bool, &'static str); N]) -> Vec<&'static str> {
    checks.into_iter().filter_map(|(is_mistaken, message)| is_mistaken.then_some(message)).collect()
}

/// The search text of a parameter or field.
pub(crate) fn searchable(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(MAX_SEARCH).collect()
}

/// The query without its empty parameters; `None` if it has none.
pub(crate) fn without_empty(query: &str) -> Option<String> {
    let says_something = |part: &&str| part.split_once('=').map_or(!part.is_empty(), |(_, value)| !is_blank(value));
    let kept = query.split('&').filter(says_something).collect::<Vec<_>>().join("&");
    (kept.len() < query.len()).then_some(kept)
}

/// Whether a value consists only of encoded spaces.
fn is_blank(value: &str) -> bool {
    value.replace("%20", "+").bytes().all(|byte| byte == b'+')
}

#[cfg(test)]
mod tests {
    use super::without_empty;

    #[test]
    fn empty_parameters_are_dropped_and_the_others_stay_as_they_are() {
        for (query, kept) in [
            ("q=&owner=&scope=a%3Ab", "scope=a%3Ab"),
            ("q=+&owner=%20", ""),
            ("q=plant+3&page=", "q=plant+3"),
            ("&q=a", "q=a"),
        ] {
            assert_eq!(without_empty(query).as_deref(), Some(kept), "{query}");
        }
        for query in ["", "q=a", "show", "q=a&owner=b%20c", "q=a%3D"] {
            assert_eq!(without_empty(query), None, "{query}");
        }
    }
}
