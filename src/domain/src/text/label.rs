//! Labels, names and descriptions.

use std::{borrow::Cow, fmt};

use super::{INVISIBLE, is_invisible, is_joiner, nfc};
use crate::{FieldCode, FieldErrors, contains_secret};

/// The maximum number of characters of a label or a name.
pub const MAX_LABEL: usize = 100;
/// The maximum number of characters of a description.
pub const MAX_DESCRIPTION: usize = 1000;
/// A pasted secret would be stored, and shown to everyone who sees the text.
const HOLDS_SECRET: &str = "This holds a token's secret. Leave it out: others see this text.";

/// The name of a token, a service account or an organization: one line of 1 to 100 visible characters in Unicode's
/// form C.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 100))]
pub struct Label(Box<str>);

impl Label {
    /// Parses a label or a name, with errors at `field`.
    pub fn parse(text: &str, field: &'static str, errors: &mut FieldErrors) -> Option<Self> {
        parse_line(text, field, MAX_LABEL, errors).map(|text| Self(text.into()))
    }

    /// Wraps a stored label without validation, so that stricter rules don't disable existing tokens.
    pub fn from_stored(text: String) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A pattern of labels, in any case: `*` stands for any text, as in `plant-3-*`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 100))]
pub struct LabelPattern(Box<str>);

impl LabelPattern {
    /// Parses a pattern, with errors at `field`.
    pub fn parse(text: &str, field: &'static str, errors: &mut FieldErrors) -> Option<Self> {
        parse_line(text, field, MAX_LABEL, errors).map(|text| Self(text.to_lowercase().into()))
    }

    /// The texts between the stars, in lower case.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('*')
    }
}

/// Parses a token's label.
pub fn parse_label(text: &str, errors: &mut FieldErrors) -> Option<Label> {
    if text.trim().is_empty() {
        errors.push("label", FieldCode::Required, "Enter a label, for example “Plant 3 gateway”.");
    }
    Label::parse(text, "label", errors)
}

/// Parses a required one-line text of 1 to `max` characters after trimming.
pub fn parse_line(text: &str, field: &'static str, max: usize, errors: &mut FieldErrors) -> Option<String> {
    let text = nfc(text.trim());
    let (code, message) = if text.chars().all(allowed_between) {
        (FieldCode::Required, "This can't be empty.".into())
    } else if text.chars().count() > max {
        (FieldCode::TooLong, format!("Use at most {max} characters.").into())
    } else if text.chars().any(is_hidden) {
        (FieldCode::ControlCharacter, INVISIBLE.into())
    } else if contains_secret(&text) {
        (FieldCode::InvalidFormat, Cow::Borrowed(HOLDS_SECRET))
    } else {
        return Some(text.into_owned());
    };
    errors.push(field, code, message);
    None
}

/// Parses an optional description; an empty one is `None`. Line breaks are kept, unlike other control characters.
pub fn parse_description(field: &'static str, text: Option<&str>, errors: &mut FieldErrors) -> Option<String> {
    let text = nfc(text?.trim()).replace("\r\n", "\n");
    if text.chars().count() > MAX_DESCRIPTION {
        errors.push(field, FieldCode::TooLong, format!("Use at most {MAX_DESCRIPTION} characters."));
    } else if text.chars().any(|c| is_hidden(c) && c != '\n') {
        errors.push(field, FieldCode::ControlCharacter, INVISIBLE);
    } else if contains_secret(&text) {
        errors.push(field, FieldCode::InvalidFormat, HOLDS_SECRET);
    }
    (!text.is_empty()).then_some(text)
}

/// Whether a label must not contain the character, because it could imitate another label.
fn is_hidden(c: char) -> bool {
    is_invisible(c) && !allowed_between(c)
}

/// Invisible characters that affect how adjacent ones are displayed: joiners, and variation selectors for emoji or Han
/// characters.
fn allowed_between(c: char) -> bool {
    is_joiner(c) || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_trimmed_composed_and_at_most_a_hundred_characters() {
        let mut errors = FieldErrors::new();
        for (typed, kept) in [
            ("  Plant 3  ", "Plant 3"),
            ("👩\u{200d}🔧", "👩\u{200d}🔧"),
            ("❤\u{fe0f}", "❤\u{fe0f}"),
            ("A\u{308}rger", "Ärger"),
        ] {
            assert_eq!(parse_label(typed, &mut errors).unwrap().as_str(), kept);
        }
        assert!(errors.is_empty());
        for (text, code) in [
            (" ", FieldCode::Required),
            (&*"ä".repeat(101), FieldCode::TooLong),
            ("a\u{7}b", FieldCode::ControlCharacter),
            ("a\u{200b}b", FieldCode::ControlCharacter),
            ("a\u{202e}b", FieldCode::ControlCharacter),
            ("\u{3164}", FieldCode::ControlCharacter),
            ("\u{200d}", FieldCode::Required),
        ] {
            let mut errors = FieldErrors::new();
            assert_eq!(parse_label(text, &mut errors), None);
            assert_eq!(errors.get("label").map(|error| error.code), Some(code));
        }
    }

    #[test]
    fn a_description_keeps_its_lines_and_is_composed() {
        let mut errors = FieldErrors::new();
        assert_eq!(
            parse_description("description", Some(" u\u{308}ber\r\nalles "), &mut errors).as_deref(),
            Some("über\nalles")
        );
        assert!(errors.is_empty());
        parse_description("description", Some("a\u{2066}b"), &mut errors);
        assert_eq!(errors.get("description").map(|error| error.code), Some(FieldCode::ControlCharacter));
    }
}
