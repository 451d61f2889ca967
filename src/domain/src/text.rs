//! User input: labels, descriptions, e-mail addresses, passwords, searches. Each is parsed once at the edge and
//! normalized, so that different spellings of a text are equal.

mod email;
mod label;
mod password;
mod search;

use std::borrow::Cow;

pub use email::{Email, EmailLookup, InvalidEmail, has_mixed_scripts};
use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};
pub use label::{Label, LabelPattern, MAX_DESCRIPTION, MAX_LABEL, parse_description, parse_label, parse_line};
pub use password::{MAX_PASSWORD, MIN_PASSWORD, Password};
pub use search::{MAX_SEARCH, SearchText, fold, search_words};

const INVISIBLE: &str = "Control and invisible characters are not allowed.";

/// Unicode's form C: composed, so that `é` is equal however it was typed (UAX #15).
fn nfc(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(text)
}

/// Whether it is a control character or an invisible one (Unicode's `Default_Ignorable_Code_Point`), such as zero-width
/// spaces and direction overrides.
fn is_invisible(c: char) -> bool {
    c.is_control() || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// Joiners, which some writing systems and emoji require.
const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}
