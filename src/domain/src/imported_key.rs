//! Keys of other systems, which continue to work under their own text.

use std::{fmt, str::FromStr};

use crate::{UnknownName, principal::string_enum};

string_enum! {
    /// How the hash of an imported key was computed. The names are stored.
    ImportedAlgorithm {
        /// SHA-256 of the key's text. Every other hash is replaced with this one at the first use.
        Sha256 = "sha256_text"
        /// SHA-512 of the key's text.
        Sha512 = "sha512_text"
        /// PBKDF2 with HMAC (RFC 8018 section 5.2).
        Pbkdf2 = "pbkdf2"
        /// bcrypt.
        Bcrypt = "bcrypt"
    }
}

/// The prefix of Meerschaum's keys. Base64 of `id:secret` follows.
pub const MEERSCHAUM_PREFIX: &str = "mrsm-key:";
/// The lengths, in bytes, that an imported key can have.
pub const IMPORTED_KEY_LENGTHS: std::ops::RangeInclusive<usize> = 16..=512;

/// What the keys of another system look like. Only a text that looks like one is searched for: other systems' keys have
/// no checksum that would refuse a mistyped one without a query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImportedKeyPattern {
    /// What each key begins with; may be empty.
    pub prefix: String,
    /// The length of each key in bytes; `None` for any.
    pub length: Option<usize>,
    /// The part of each key that isn't secret and identifies it; `None` if keys are found by their hash.
    pub lookup: Option<LookupPart>,
}

/// The part of a key that is looked up, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LookupPart {
    /// This many at the beginning.
    Start(usize),
    /// This many at the end.
    End(usize),
}

/// The part of one key that is looked up. It isn't secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyLookup {
    /// At the beginning.
    Start(String),
    /// At the end.
    End(String),
}

impl ImportedKeyPattern {
    /// Whether the text could be such a key.
    pub fn matches(&self, text: &str) -> bool {
        is_imported_key(text) && text.starts_with(&self.prefix) && self.length.is_none_or(|length| text.len() == length)
    }

    /// The part of such a key that is looked up.
    pub fn lookup(&self, text: &str) -> Option<KeyLookup> {
        match self.lookup? {
            LookupPart::Start(bytes) => text.get(..bytes).map(|part| KeyLookup::Start(part.to_owned())),
            LookupPart::End(bytes) => {
                text.get(text.len().checked_sub(bytes)?..).map(|part| KeyLookup::End(part.to_owned()))
            }
        }
    }
}

impl KeyLookup {
    /// The text in the key.
    pub fn text(&self) -> &str {
        match self {
            Self::Start(text) | Self::End(text) => text,
        }
    }

    /// Where the text is in the key.
    pub const fn part(&self) -> LookupPart {
        match self {
            Self::Start(text) => LookupPart::Start(text.len()),
            Self::End(text) => LookupPart::End(text.len()),
        }
    }
}

/// As it is stored: `start:abcd1234`.
impl fmt::Display for KeyLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(text) => write!(f, "start:{text}"),
            Self::End(text) => write!(f, "end:{text}"),
        }
    }
}

impl FromStr for KeyLookup {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text.split_once(':') {
            Some(("start", text)) => Ok(Self::Start(text.to_owned())),
            Some(("end", text)) => Ok(Self::End(text.to_owned())),
            _ => Err(UnknownName),
        }
    }
}

/// Whether the text can be an imported key: visible ASCII of a permitted length, and no secret of Mintkey's own form.
pub fn is_imported_key(text: &str) -> bool {
    IMPORTED_KEY_LENGTHS.contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !has_own_prefix(text)
}

/// Whether a text begins as Mintkey's own keys and client secrets do.
pub fn has_own_prefix(text: &str) -> bool {
    text.starts_with(crate::API_KEY_PREFIX) || text.starts_with(crate::CLIENT_SECRET_PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(prefix: &str, length: Option<usize>, lookup: Option<LookupPart>) -> ImportedKeyPattern {
        ImportedKeyPattern { prefix: prefix.to_owned(), length, lookup }
    }

    #[test]
    fn only_a_text_of_the_form_is_searched_for() {
        let github = pattern("ghp_", Some(20), None);
        assert!(github.matches("ghp_0123456789abcdef"));
        for other in ["ghp_0123456789abcdefg", "gho_0123456789abcdef", "ghp_0123456789 bcdef", "ghp_0123456789abcdeü"]
        {
            assert!(!github.matches(other), "{other}");
        }
        let any = pattern("", None, None);
        assert!(any.matches("0123456789abcdef"));
        for other in ["0123456789abcde", "mk_0123456789abcdef", "mks_0123456789abcdef", &"a".repeat(513)] {
            assert!(!any.matches(other), "{other}");
        }
    }

    #[test]
    fn the_clear_part_of_a_key_is_looked_up() {
        let key = "abcd1234.0123456789";
        let lookup = |part| pattern("", None, Some(part)).lookup(key);
        for (part, text) in [(LookupPart::Start(8), "start:abcd1234"), (LookupPart::End(4), "end:6789")] {
            let found = lookup(part).unwrap();
            assert_eq!((found.to_string().as_str(), found.part()), (text, part));
            assert_eq!(text.parse(), Ok(found));
        }
        assert_eq!(lookup(LookupPart::End(40)), None);
        assert_eq!(pattern("", None, None).lookup(key), None);
    }
}
