//! Search queries, and the words that they match.
//!
//! A word starts at each run of letters and digits or of symbols, and extends to the next space: `edge-node 7` matches
//! `edge`, `edge-no`, `node` and `7`. Queries and texts are folded, so case and composition don't matter.

use std::net::IpAddr;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use unicase::UniCase;
use uuid::Uuid;

use crate::{API_KEY_PREFIX, FieldCode, FieldErrors};

/// The maximum number of characters of a query.
pub const MAX_SEARCH: usize = 200;
/// The maximum number of words of a query; further ones are ignored.
const MAX_SEARCHED_WORDS: usize = 20;
/// The maximum number of words that are indexed per text.
const MAX_WORDS: usize = 256;
/// The maximum number of characters of a word: some writing systems don't separate words with spaces.
const MAX_WORD: usize = 64;
/// The number of characters of a key that its hint shows.
const HINT_LENGTH: usize = 4;

/// A query in all its interpretations: words, an ID, an IP address, or a key hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchText {
    words: Vec<String>,
    id: Option<Uuid>,
    address: Option<IpAddr>,
    key_hint: Option<String>,
}

/// A class of characters, which determines where words start.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Symbol,
    Punctuation,
}

impl SearchText {
    /// Parses a query; `None` if it is empty.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        Some(Self {
            words: fold(text)
                .split_whitespace()
                .take(MAX_SEARCHED_WORDS)
                .map(|word| cut(from_letter(word)).to_owned())
                .collect(),
            id: Uuid::try_parse(text).ok(),
            address: bare.parse().ok().map(|address: IpAddr| address.to_canonical()),
            key_hint: key_hint(text),
        })
    }

    /// Parses the query parameter `q` of a list; `None` if it is empty.
    pub fn parse_query(q: Option<&str>, errors: &mut FieldErrors) -> Option<Self> {
        let q = q?;
        if q.chars().count() > MAX_SEARCH {
            errors.push("q", FieldCode::TooLong, format!("Use at most {MAX_SEARCH} characters."));
        } else if q.trim().chars().any(char::is_control) {
            errors.push("q", FieldCode::ControlCharacter, "Control characters are in no text.");
        }
        Self::parse(q)
    }

    /// The words that must all match: at the beginning of one of the [`search_words`], or anywhere in a text after
    /// [`fold`].
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The ID, if the whole query is a UUID in any form.
    pub const fn id(&self) -> Option<Uuid> {
        self.id
    }

    /// The IP address, if the whole query is one; IPv4-mapped IPv6 as IPv4.
    pub const fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// The key hint, if the whole query can be one: `mk_…abcd`, or four characters alone.
    pub fn key_hint(&self) -> Option<&str> {
        self.key_hint.as_deref()
    }

    /// Whether each word occurs in one of the texts: for lists that are small enough to be read completely.
    pub fn is_in(&self, texts: &[&str]) -> bool {
        let texts: Vec<String> = texts.iter().map(|text| fold(text)).collect();
        self.words.iter().all(|word| texts.iter().any(|text| text.contains(word.as_str())))
    }
}

/// The words of a text from each start to the next space, folded and deduplicated, at most 256 of 64 characters each.
/// [`SearchText`] is matched with these.
pub fn search_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for chunk in fold(text).split_whitespace() {
        let mut before = None;
        for (at, c) in chunk.char_indices() {
            let class = Class::of(c);
            // Punctuation only starts a word at the beginning of a chunk.
            if (class != Class::Punctuation && before != Some(class)) || at == 0 {
                words.push(cut(&chunk[at..]).to_owned());
            }
            before = Some(class);
        }
    }
    words.truncate(MAX_WORDS);
    words.sort_unstable();
    words.dedup();
    words
}

/// The first characters of a word. A longer query matches words with the same beginning.
fn cut(word: &str) -> &str {
    word.char_indices().nth(MAX_WORD).map_or(word, |(end, _)| &word[..end])
}

impl Class {
    fn of(c: char) -> Self {
        if c.is_alphanumeric() {
            Self::Letter
        } else if c.is_ascii() || matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}') {
            Self::Punctuation
        } else {
            Self::Symbol
        }
    }
}

/// The form in which texts are searched, for a canonical caseless match (Unicode section 3.13, D145): `Ärger`, `ärger`
/// and `a\u{308}rger` are equal, and so are `straße` and `STRASSE`.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(text);
    let folded = UniCase::unicode(decomposed).to_folded_case();
    ComposingNormalizerBorrowed::new_nfc().normalize(&folded).into_owned()
}

/// A word without leading punctuation, unless it consists of nothing else.
fn from_letter(word: &str) -> &str {
    let rest = word.trim_start_matches(|c| Class::of(c) == Class::Punctuation);
    if rest.is_empty() { word } else { rest }
}

fn key_hint(text: &str) -> Option<String> {
    let rest = text.strip_prefix(API_KEY_PREFIX).unwrap_or(text);
    let last = rest.strip_prefix('…').or_else(|| rest.strip_prefix("...")).unwrap_or(rest);
    let is_hint = last.len() == HINT_LENGTH && last.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_hint.then(|| format!("{API_KEY_PREFIX}…{last}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(search: &str, text: &str) -> bool {
        let (search, words) = (SearchText::parse(search).unwrap(), search_words(text));
        let matches = search.words().iter().all(|word| words.iter().any(|begin| begin.starts_with(word.as_str())));
        assert!(!matches || search.is_in(&[text]));
        matches
    }

    #[test]
    fn a_word_begins_after_anything_but_its_own_kind() {
        assert_eq!(search_words("Edge-node (7) edge"), ["(7)", "7)", "edge", "edge-node", "node"]);
        assert_eq!(search_words("Ärger_ÜBER alles"), ["alles", "ärger_über", "über"]);
        assert_eq!(search_words("Rocket🚀 — 👩\u{200d}🔧x"), ["rocket🚀", "x", "—", "👩\u{200d}🔧x", "🚀"]);
        assert_eq!(search_words("plants.42"), ["42", "plants.42"]);
    }

    #[test]
    fn words_are_bounded_however_a_text_is_written() {
        for text in ["語".repeat(1000), "a🚀".repeat(500), "a-".repeat(500)] {
            let words = search_words(&text);
            assert!(words.len() <= MAX_WORDS && words.iter().all(|word| word.chars().count() <= MAX_WORD));
            assert!(finds(&text[..text.len() / 2], &text));
        }
        assert_eq!(SearchText::parse(&"a ".repeat(100)).unwrap().words().len(), MAX_SEARCHED_WORDS);
    }

    #[test]
    fn every_spelling_finds_a_text() {
        for (searches, text) in [
            (&["ärger", "Ärger", "ÄRGER", "A\u{308}RG", "a\u{308}rger"][..], "Viel Ärger"),
            (&["straße", "STRASSE", "strasse", "Straß"], "Hauptstraße / Straße 7"),
            (&["🚀", "🚀 7"], "Rocket 🚀 7"),
            (&["(7", "7", "(", "edge-NO  7", "no (7"], "Edge-node (7)"),
            (&["Ὀδυσσεύς", "ὀδυσσεύσ"], "Ὀδυσσεύς"),
            (&["—"], "a — b"),
        ] {
            for search in searches {
                assert!(finds(search, text), "{search} in {text}");
            }
        }
        for (search, text) in [("ode", "node"), ("edge 8", "edge 7"), ("(", "edge"), ("🔧", "👩\u{200d}🔧")] {
            assert!(!finds(search, text), "{search} in {text}");
        }
        assert_eq!(SearchText::parse(" \u{a0} "), None);
    }

    #[test]
    fn an_id_an_address_and_a_hint_are_read_in_any_form() {
        let read = |text: &str| SearchText::parse(text).unwrap();
        let id = Uuid::from_u128(0x0193_5000_0000_7000_8000_0000_0000_0abc);
        for text in [id.to_string(), id.simple().to_string().to_uppercase(), id.urn().to_string(), format!("{{{id}}}")]
        {
            assert_eq!(read(&text).id(), Some(id), "{text}");
        }
        for (text, address) in [
            ("2001:DB8:0::7", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("::ffff:10.0.0.7", "10.0.0.7"),
            (" 10.0.0.7 ", "10.0.0.7"),
        ] {
            assert_eq!(read(text).address().map(|address| address.to_string()).as_deref(), Some(address), "{text}");
        }
        for text in ["mk_…aBc4", "mk_...aBc4", "…aBc4", "...aBc4", "aBc4"] {
            assert_eq!(read(text).key_hint(), Some("mk_…aBc4"), "{text}");
        }
        for text in ["mk_…abc", "edge-1", "ärge", "abcde"] {
            assert_eq!(read(text).key_hint(), None, "{text}");
        }
    }
}
