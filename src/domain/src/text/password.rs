//! Passwords, by the `OpaqueString` profile of RFC 8265 section 4.2.
//!
//! It doesn't use the crate `precis-profiles`, whose tables are from Unicode 6.3, so that it refuses newer characters.

use std::fmt;

use icu_properties::{CodePointMapData, props::GeneralCategory};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{INVISIBLE, is_invisible, is_joiner, nfc};
use crate::{FieldCode, FieldErrors};

/// The minimum number of characters of a password.
pub const MIN_PASSWORD: usize = 12;
/// The maximum number of bytes of a password, because longer ones only make hashing slow.
pub const MAX_PASSWORD: usize = 1024;

/// A password: never printed, erased when dropped. Normalized, so that it is equal whatever keyboard it was typed on:
/// composed or not, and with any kind of space.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Password {
    normalized: String,
    /// The text as typed, if it differs: hashes from before passwords were normalized are of this.
    typed: Option<String>,
}

impl Password {
    /// Wraps a password that will be compared with a hash.
    pub fn typed(text: String) -> Self {
        let normalized = normalize(&text);
        if normalized == text {
            return Self { normalized: text, typed: None };
        }
        Self { normalized, typed: Some(text) }
    }

    /// Parses a new password: 12 characters or more, all of them visible.
    pub fn new(text: String, field: &'static str, errors: &mut FieldErrors) -> Option<Self> {
        let text = Zeroizing::new(text);
        let password = Self { normalized: normalize(&text), typed: None };
        let (code, message) = if password.normalized.chars().count() < MIN_PASSWORD {
            (FieldCode::TooShort, "Use at least 12 characters. A few random words work well.")
        } else if password.normalized.len() > MAX_PASSWORD {
            (FieldCode::TooLong, "Use at most 1024 bytes.")
        } else if password.normalized.chars().any(|c| is_invisible(c) && !is_joiner(c)) {
            (FieldCode::ControlCharacter, INVISIBLE)
        } else {
            return Some(password);
        };
        errors.push(field, code, message);
        None
    }

    /// The normalized password, for hashing.
    pub fn expose(&self) -> &str {
        &self.normalized
    }

    /// The text as typed, if it differs from [`expose`](Self::expose): for hashes of passwords before normalization.
    pub fn expose_typed(&self) -> Option<&str> {
        self.typed.as_deref()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(hidden)")
    }
}

/// The rules of RFC 8265 section 4.2.2: every space becomes U+0020; case is preserved; form C.
fn normalize(text: &str) -> String {
    let spaces = CodePointMapData::<GeneralCategory>::new();
    let is_space = |c| spaces.get(c) == GeneralCategory::SpaceSeparator;
    // Never larger than the text, so that it doesn't reallocate and leave a copy behind.
    let mut mapped = Zeroizing::new(String::with_capacity(text.len()));
    mapped.extend(text.chars().map(|c| if is_space(c) { ' ' } else { c }));
    nfc(&mapped).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_password_is_the_same_password() {
        for text in ["pa\u{308}sse par tout", "p\u{e4}sse\u{a0}par tout", "p\u{e4}sse\u{3000}par\u{2003}tout"] {
            let password = Password::typed(text.to_owned());
            assert_eq!(password.expose(), "p\u{e4}sse par tout");
            assert_eq!(password.expose_typed(), Some(text));
        }
        assert_eq!(Password::typed("p\u{e4}sse par tout".to_owned()).expose_typed(), None);
    }

    #[test]
    fn case_width_and_surrounding_spaces_of_a_password_count() {
        for text in ["Correct horse", " correct horse", "ｃorrect horse", "ﬁrst"] {
            assert_eq!(Password::typed(text.to_owned()).expose(), text);
        }
    }

    #[test]
    fn a_new_password_is_measured_in_characters_and_holds_none_that_is_invisible() {
        let refused = |text: &str| {
            let mut errors = FieldErrors::new();
            let password = Password::new(text.to_owned(), "password", &mut errors);
            assert_eq!(password.is_some(), errors.is_empty());
            errors.get("password").map(|error| error.code)
        };
        assert_eq!(refused("🤖🔧🚀 correct horse"), None);
        assert_eq!(refused("ä".repeat(12).as_str()), None);
        // Twelve code points, but six characters after composition.
        assert_eq!(refused("a\u{308}".repeat(6).as_str()), Some(FieldCode::TooShort));
        assert_eq!(refused("ä".repeat(513).as_str()), Some(FieldCode::TooLong));
        for hidden in ['\n', '\u{0}', '\u{200b}', '\u{ad}', '\u{feff}', '\u{202e}'] {
            assert_eq!(refused(&format!("correct{hidden}horse battery")), Some(FieldCode::ControlCharacter));
        }
    }
}
