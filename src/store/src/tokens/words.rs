//! What a label can be found by.
//!
//! A word begins where letters or digits begin and goes on to the next space: `edge-node 7` is found by
//! `edge`, `edge-no`, `node` and `7`. Searching for a word is then a range of an index.

/// Where words of a label begin, in lower case, each once.
pub(super) fn of_label(label: &str) -> Vec<String> {
    let mut words = Vec::new();
    for chunk in label.to_lowercase().split_whitespace() {
        let mut inside = false;
        for (at, character) in chunk.char_indices() {
            let begins = character.is_alphanumeric() && !inside;
            inside = character.is_alphanumeric();
            if begins {
                words.push(chunk[at..].to_owned());
            }
        }
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// What has to stand at the beginning of words, each of them; none if there is nothing to look for.
pub(super) fn of_search(search: &str) -> Vec<String> {
    let search = search.to_lowercase();
    let words = search.split_whitespace().map(|word| word.trim_start_matches(|c: char| !c.is_alphanumeric()));
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The first text that no longer begins with `prefix`, nearly: no word holds the last code point.
pub(super) fn after(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_begins_after_anything_but_letters_and_digits() {
        assert_eq!(of_label("Edge-node (7) edge"), ["7)", "edge", "edge-node", "node"]);
        assert_eq!(of_label("Ärger_ÜBER alles"), ["alles", "ärger_über", "über"]);
        assert_eq!(of_label("— …"), Vec::<String>::new());
    }

    #[test]
    fn a_search_is_cut_at_spaces_only() {
        assert_eq!(of_search("  (Edge-NO  7"), ["edge-no", "7"]);
        assert_eq!(of_search(" … "), Vec::<String>::new());
    }
}
