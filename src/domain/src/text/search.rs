//! What is searched for, and the words that it finds.
//!
//! A word begins where letters, digits or symbols begin and goes on to the next space: `edge-node 7` is found by `edge`,
//! `edge-no`, `node` and `7`. Both sides are folded, so that case and composition don't count.

use std::net::IpAddr;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use unicase::UniCase;
use uuid::Uuid;

use crate::{API_KEY_PREFIX, FieldCode, FieldErrors};

/// The most characters of a search.
pub const MAX_SEARCH: usize = 200;
/// The most words of a search that are looked for.
const MAX_SEARCHED_WORDS: usize = 20;
/// The most words that a text is found by.
const MAX_WORDS: usize = 256;
/// The most characters of a word: some writing systems put no spaces between words.
const MAX_WORD: usize = 64;
/// Characters of a key that its hint shows.
const HINT_LENGTH: usize = 4;

/// A search, in every way that it can be meant: as words, as an id, as an address, as what a list shows of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchText {
    words: Vec<String>,
    id: Option<Uuid>,
    address: Option<IpAddr>,
    key_hint: Option<String>,
}

/// A kind of character, as far as it begins a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Symbol,
    Punctuation,
}

impl SearchText {
    /// Reads a search; `None` if there is nothing to look for.
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

    /// Reads the parameter `q` of a list into the mistakes; `None` if it narrows nothing.
    pub fn parse_query(q: Option<&str>, errors: &mut FieldErrors) -> Option<Self> {
        let q = q?;
        if q.chars().count() > MAX_SEARCH {
            errors.push("q", FieldCode::TooLong, format!("Use at most {MAX_SEARCH} characters."));
        } else if q.trim().chars().any(char::is_control) {
            errors.push("q", FieldCode::ControlCharacter, "Control characters are in no text.");
        }
        Self::parse(q)
    }

    /// What has to be found, each of it: at the beginning of one of the [`search_words`], or anywhere in what
    /// [`fold`] makes of a text.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The id that the whole search spells, in any form of a UUID.
    pub const fn id(&self) -> Option<Uuid> {
        self.id
    }

    /// The address that the whole search spells, IPv4 that is mapped into IPv6 as IPv4.
    pub const fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// The hint that the whole search spells, as tokens have it, `mk_…abcd`; four characters alone may be one too.
    pub fn key_hint(&self) -> Option<&str> {
        self.key_hint.as_deref()
    }

    /// Whether each word stands somewhere in the texts: for lists that are short enough to be read as a whole.
    pub fn is_in(&self, texts: &[&str]) -> bool {
        let texts: Vec<String> = texts.iter().map(|text| fold(text)).collect();
        self.words.iter().all(|word| texts.iter().any(|text| text.contains(word.as_str())))
    }
}

/// Where the words of a text begin, folded, each once, at most 256 of 64 characters: what a [`SearchText`] is compared
/// with.
pub fn search_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for chunk in fold(text).split_whitespace() {
        let mut before = None;
        for (at, c) in chunk.char_indices() {
            let class = Class::of(c);
            // Punctuation is only looked for where nothing else is there.
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

/// The beginning of a word. A longer search finds what begins like it.
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

/// The form in which texts are searched. A canonical caseless match compares this (Unicode section 3.13, D145): `Ärger`, `ärger` and `a\u{308}rger` are one,
/// and so are `straße` and `STRASSE`.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(text);
    let folded = UniCase::unicode(decomposed).to_folded_case();
    ComposingNormalizerBorrowed::new_nfc().normalize(&folded).into_owned()
}

/// A word without the punctuation before it, unless there is nothing else.
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
        let found = search.words().iter().all(|word| words.iter().any(|begin| begin.starts_with(word.as_str())));
        assert!(!found || search.is_in(&[text]));
        found
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
