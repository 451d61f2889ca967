//! What people type: labels, descriptions, addresses, passwords. Each is read once, at the edge.

use std::{fmt, net::IpAddr};

use ipnet::IpNet;
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
/// The most address ranges of one token.
pub const MAX_CIDRS: usize = 100;
const MAX_EMAIL: usize = 254;
/// A pasted key would be kept, and shown to everybody who sees the text.
const HOLDS_SECRET: &str = "This holds a token's secret. Leave it out: others see this text.";

/// A password as typed: never printed, wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Password(String);

/// An e-mail address as typed, and as compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    typed: String,
    normalized: String,
}

impl Password {
    /// Takes what was typed, as it is, to be compared with a hash.
    pub const fn typed(text: String) -> Self {
        Self(text)
    }

    /// Reads a new password: 12 characters or more.
    pub fn new(text: String, field: &'static str, errors: &mut FieldErrors) -> Self {
        let password = Self(text);
        if password.0.chars().count() < MIN_PASSWORD {
            errors.push(field, FieldCode::TooShort, "Use at least 12 characters. A few random words work well.");
        } else if password.0.len() > MAX_PASSWORD {
            errors.push(field, FieldCode::TooLong, "Use at most 1024 bytes.");
        }
        password
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
pub fn parse_line(text: &str, field: &'static str, max: usize, errors: &mut FieldErrors) -> String {
    let text = text.trim();
    if text.chars().all(|c| matches!(c, '\u{200c}' | '\u{200d}')) {
        errors.push(field, FieldCode::Required, "This can't be empty.");
    } else if text.chars().count() > max {
        errors.push(field, FieldCode::TooLong, format!("Use at most {max} characters."));
    } else if text.chars().any(hidden) {
        errors.push(field, FieldCode::ControlCharacter, "Control and invisible characters are not allowed.");
    } else if holds_secret(text) {
        errors.push(field, FieldCode::InvalidFormat, HOLDS_SECRET);
    }
    text.to_owned()
}

/// A control character, one that can't be seen, or one that turns the direction of what follows: a label must not pose
/// as another. The two joiners, U+200C and U+200D, are left: writing systems and emoji need them.
fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{e0000}'..='\u{e007f}')
}

/// Reads a token's label.
pub fn parse_label(text: &str, errors: &mut FieldErrors) -> String {
    if text.trim().is_empty() {
        errors.push("label", FieldCode::Required, "Enter a label, for example “Plant 3 gateway”.");
    }
    parse_line(text, "label", MAX_LABEL, errors)
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

/// Reads address ranges; a bare address is a range of one. Host bits beyond the prefix are a mistake.
pub fn parse_cidrs(texts: &[String], errors: &mut FieldErrors) -> Vec<IpNet> {
    const FIELD: &str = "allowed_cidrs";
    if texts.len() > MAX_CIDRS {
        errors.push(FIELD, FieldCode::TooLong, format!("At most {MAX_CIDRS} address ranges."));
        return Vec::new();
    }
    let mut ranges = Vec::with_capacity(texts.len());
    for (i, text) in texts.iter().enumerate() {
        let text = text.trim();
        let range = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        match range {
            Some(range) if range.trunc() != range => errors.push(
                FIELD,
                FieldCode::InvalidFormat,
                format!("Entry {} has bits set beyond its prefix length.", i + 1),
            ),
            Some(range) if ranges.contains(&range) => {
                errors.push(FIELD, FieldCode::Duplicate, format!("Entry {} repeats an earlier one.", i + 1));
            }
            Some(range) => ranges.push(range),
            None => errors.push(
                FIELD,
                FieldCode::InvalidFormat,
                format!("Entry {} is not an address range such as 10.4.0.0/16 or 2001:db8::/32.", i + 1),
            ),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_trimmed_and_held_to_a_hundred_characters() {
        let mut errors = FieldErrors::new();
        assert_eq!(parse_label("  Plant 3  ", &mut errors), "Plant 3");
        assert_eq!(parse_label("👩\u{200d}🔧", &mut errors), "👩\u{200d}🔧");
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
            parse_label(text, &mut errors);
            assert_eq!(errors.get("label").map(|error| error.code), Some(code));
        }
    }

    #[test]
    fn address_ranges_are_exact() {
        let mut errors = FieldErrors::new();
        let texts = ["10.4.0.0/16", "192.0.2.7", "2001:db8::/32"].map(String::from);
        assert_eq!(parse_cidrs(&texts, &mut errors).len(), 3);
        assert!(errors.is_empty());
        for text in ["10.4.0.1/16", "10.4.0.0/33", "example.com", ""] {
            let mut errors = FieldErrors::new();
            parse_cidrs(&[text.to_owned()], &mut errors);
            assert_eq!(errors.get("allowed_cidrs").unwrap().code, FieldCode::InvalidFormat, "{text}");
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
