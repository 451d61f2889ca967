//! What people type: labels, descriptions, e-mail addresses, passwords. Each is read once, at the edge.

use std::{borrow::Cow, fmt};

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{FieldCode, FieldErrors, holds_secret};

/// The most characters of a label or a name.
pub const MAX_LABEL: usize = 100;
/// The most characters of a description.
pub const MAX_DESCRIPTION: usize = 1000;
/// The fewest characters of a password.
pub const MIN_PASSWORD: usize = 12;
/// The most bytes of a password: more would only make hashing slow.
pub const MAX_PASSWORD: usize = 1024;
const MAX_EMAIL: usize = 254;
/// A pasted key would be kept, and shown to everybody who sees the text.
const HOLDS_SECRET: &str = "This holds a token's secret. Leave it out: others see this text.";

/// What people call a token, a service account or an organization: one line of 1 to 100 characters, none of them hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label(Box<str>);

/// A password as typed: never printed, wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Password(String);

/// An e-mail address as typed, and as compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    typed: String,
    normalized: String,
}

impl Label {
    /// Reads a label or a name into `field`'s mistakes.
    pub fn parse(text: &str, field: &'static str, errors: &mut FieldErrors) -> Option<Self> {
        parse_line(text, field, MAX_LABEL, errors).map(|text| Self(text.into()))
    }

    /// A label as it was stored. It decides nothing, so that a rule that became stricter since doesn't stop a token.
    pub fn from_stored(text: String) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The address as typed.
impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed)
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Password {
    /// Takes what was typed, as it is, to be compared with a hash.
    pub const fn typed(text: String) -> Self {
        Self(text)
    }

    /// Reads a new password: 12 characters or more.
    pub fn new(text: String, field: &'static str, errors: &mut FieldErrors) -> Option<Self> {
        let password = Self(text);
        if password.0.chars().count() < MIN_PASSWORD {
            errors.push(field, FieldCode::TooShort, "Use at least 12 characters. A few random words work well.");
            None
        } else if password.0.len() > MAX_PASSWORD {
            errors.push(field, FieldCode::TooLong, "Use at most 1024 bytes.");
            None
        } else {
            Some(password)
        }
    }

    /// The password itself, for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(hidden)")
    }
}

impl Email {
    /// Reads an address: something, an `@`, a domain; no spaces; at most 254 characters.
    pub fn parse(text: &str) -> Option<Self> {
        let typed = text.trim();
        let (name, domain) = typed.rsplit_once('@')?;
        let fine = typed.chars().count() <= MAX_EMAIL
            && !name.is_empty()
            && !domain.is_empty()
            && !typed.chars().any(|c| c.is_whitespace() || c.is_control());
        fine.then(|| Self { typed: typed.to_owned(), normalized: Self::normalize(typed) })
    }

    /// An address as it was stored, in both forms.
    pub const fn from_stored(typed: String, normalized: String) -> Self {
        Self { typed, normalized }
    }

    /// The form in which addresses are compared: lower case, without surrounding spaces.
    pub fn normalize(text: &str) -> String {
        text.trim().to_lowercase()
    }

    /// As typed, for showing.
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// As compared.
    pub fn normalized(&self) -> &str {
        &self.normalized
    }
}

/// Reads a required one-line text of 1 to `max` characters after trimming.
pub fn parse_line(text: &str, field: &'static str, max: usize, errors: &mut FieldErrors) -> Option<String> {
    let text = text.trim();
    let (code, message) = if text.chars().all(|c| matches!(c, '\u{200c}' | '\u{200d}')) {
        (FieldCode::Required, "This can't be empty.".into())
    } else if text.chars().count() > max {
        (FieldCode::TooLong, format!("Use at most {max} characters.").into())
    } else if text.chars().any(hidden) {
        (FieldCode::ControlCharacter, "Control and invisible characters are not allowed.".into())
    } else if holds_secret(text) {
        (FieldCode::InvalidFormat, Cow::Borrowed(HOLDS_SECRET))
    } else {
        return Some(text.to_owned());
    };
    errors.push(field, code, message);
    None
}

/// A control character, one that can't be seen, or one that turns the direction of what follows: a label must not pose
/// as another. The two joiners, U+200C and U+200D, are left: writing systems and emoji need them.
fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{e0000}'..='\u{e007f}')
}

/// Reads a token's label.
pub fn parse_label(text: &str, errors: &mut FieldErrors) -> Option<Label> {
    if text.trim().is_empty() {
        errors.push("label", FieldCode::Required, "Enter a label, for example “Plant 3 gateway”.");
    }
    Label::parse(text, "label", errors)
}

/// Reads an optional description; empty is none. Line breaks are control characters too, but are kept.
pub fn parse_description(text: Option<&str>, errors: &mut FieldErrors) -> Option<String> {
    let text = text?.trim().replace("\r\n", "\n");
    if text.chars().count() > MAX_DESCRIPTION {
        errors.push("description", FieldCode::TooLong, format!("Use at most {MAX_DESCRIPTION} characters."));
    } else if text.chars().any(|c| hidden(c) && c != '\n') {
        errors.push("description", FieldCode::ControlCharacter, "Control and invisible characters are not allowed.");
    } else if holds_secret(&text) {
        errors.push("description", FieldCode::InvalidFormat, HOLDS_SECRET);
    }
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_trimmed_and_held_to_a_hundred_characters() {
        let mut errors = FieldErrors::new();
        for (typed, kept) in [("  Plant 3  ", "Plant 3"), ("👩\u{200d}🔧", "👩\u{200d}🔧")] {
            assert_eq!(parse_label(typed, &mut errors).unwrap().as_str(), kept);
        }
        assert!(errors.is_empty());
        for (text, code) in [
            (" ", FieldCode::Required),
            (&*"ä".repeat(101), FieldCode::TooLong),
            ("a\u{7}b", FieldCode::ControlCharacter),
            ("a\u{200b}b", FieldCode::ControlCharacter),
            ("a\u{202e}b", FieldCode::ControlCharacter),
            ("\u{200d}", FieldCode::Required),
        ] {
            let mut errors = FieldErrors::new();
            assert_eq!(parse_label(text, &mut errors), None);
            assert_eq!(errors.get("label").map(|error| error.code), Some(code));
        }
    }

    #[test]
    fn mail_addresses_compare_without_case() {
        assert_eq!(Email::parse(" Ops@Example.com ").unwrap().normalized(), "ops@example.com");
        for text in ["ops", "@example.com", "ops@", "o ps@example.com"] {
            assert!(Email::parse(text).is_none(), "{text}");
        }
    }
}
