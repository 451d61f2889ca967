//! What people type: labels, descriptions, e-mail addresses, passwords, searches. Each is read once, at the edge, and
//! into one form: a text that can be spelled in several ways is the same text in all of them.

mod email;
mod label;
mod password;
mod search;

use std::borrow::Cow;

pub use email::{Email, EmailLookup, InvalidEmail, has_mixed_scripts};
use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};
pub use label::{Label, MAX_DESCRIPTION, MAX_LABEL, parse_description, parse_label, parse_line};
pub use password::{MAX_PASSWORD, MIN_PASSWORD, Password};
pub use search::{MAX_SEARCH, SearchText, fold, search_words};

const INVISIBLE: &str = "Control and invisible characters are not allowed.";

/// Unicode's form C: composed, so that `é` is the same text however it was typed (UAX #15).
fn nfc(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(text)
}

/// A control character, or one that nothing is drawn for (Unicode's `Default_Ignorable_Code_Point`): zero-width spaces,
/// and what turns the direction of the text after it.
fn is_invisible(c: char) -> bool {
    c.is_control() || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// The joiners, which writing systems and emoji need.
const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}
