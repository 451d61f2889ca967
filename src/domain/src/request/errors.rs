//! The errors in a request, as `deserr`'s error type.

use std::{borrow::Cow, convert::Infallible, ops::ControlFlow};

use deserr::{DeserializeError, ErrorKind, IntoValue, MergeWithError, ValueKind, ValuePointerRef};

use crate::{FieldCode, FieldError, FieldErrors, MAX_FIELD_ERRORS};

/// The maximum length and number of digits of an unknown field's name in an error. All known names have fewer, and secrets
/// that are generated have more; a password that was sent as a name is repeated to its sender only.
const MAX_NAME: usize = 32;
const MAX_DIGITS: usize = 2;

/// What is wrong with a value, without its location, which its type's parser doesn't know.
#[derive(Debug)]
pub struct InvalidValue(pub FieldCode, pub Cow<'static, str>);

/// The errors found so far.
#[derive(Debug, Default)]
pub struct RequestErrors(pub FieldErrors);

impl InvalidValue {
    /// The value doesn't have the expected form.
    pub const fn format(expected: &'static str) -> Self {
        Self(FieldCode::InvalidFormat, Cow::Borrowed(expected))
    }
}

impl RequestErrors {
    /// One error in the top-level field of a location. For a nested value, a JSON Pointer has the full location.
    pub fn at(location: ValuePointerRef<'_>, InvalidValue(code, message): InvalidValue) -> Self {
        let mut segments = Vec::new();
        let mut rest = location;
        loop {
            rest = match rest {
                ValuePointerRef::Origin => break,
                ValuePointerRef::Key { key, prev } => {
                    segments.push(key.to_owned());
                    *prev
                }
                ValuePointerRef::Index { index, prev } => {
                    segments.push(index.to_string());
                    *prev
                }
            };
        }
        segments.reverse();
        let pointer = (segments.len() > 1).then(|| format!("/{}", segments.join("/")).into());
        let field = segments.into_iter().next().unwrap_or_default().into();
        let mut errors = FieldErrors::new();
        errors.push_error(FieldError { field, code, message, pointer });
        Self(errors)
    }
}

impl DeserializeError for RequestErrors {
    fn error<V: IntoValue>(
        so_far: Option<Self>,
        kind: ErrorKind<'_, V>,
        location: ValuePointerRef<'_>,
    ) -> ControlFlow<Self, Self> {
        // `actual`, `value` and deserr's `msg` contain the value itself, so they aren't used.
        let mistake = match kind {
            ErrorKind::MissingField { field } => {
                Self::at(location.push_key(field), InvalidValue(FieldCode::Required, "This can't be left out.".into()))
            }
            ErrorKind::UnknownKey { key, .. } => Self::at(
                location.push_key(&printable_name(key)),
                InvalidValue(FieldCode::UnknownField, "There is no such field here.".into()),
            ),
            ErrorKind::IncorrectValueKind { accepted, .. } => {
                Self::at(location, InvalidValue(FieldCode::WrongType, expected(accepted).into()))
            }
            ErrorKind::UnknownValue { accepted, .. } => Self::at(location, one_of(accepted)),
            ErrorKind::BadSequenceLen { .. } | ErrorKind::Unexpected { .. } => {
                Self::at(location, InvalidValue::format("This doesn't have the expected form."))
            }
        };
        <Self as MergeWithError<Self>>::merge(so_far, mistake, location)
    }
}

impl MergeWithError<Self> for RequestErrors {
    fn merge(so_far: Option<Self>, other: Self, _: ValuePointerRef<'_>) -> ControlFlow<Self, Self> {
        let mut all = so_far.unwrap_or_default();
        all.0.extend(other.0);
        if all.0.len() < MAX_FIELD_ERRORS { ControlFlow::Continue(all) } else { ControlFlow::Break(all) }
    }
}

impl MergeWithError<InvalidValue> for RequestErrors {
    fn merge(so_far: Option<Self>, bad: InvalidValue, location: ValuePointerRef<'_>) -> ControlFlow<Self, Self> {
        <Self as MergeWithError<Self>>::merge(so_far, Self::at(location, bad), location)
    }
}

impl MergeWithError<Infallible> for RequestErrors {
    fn merge(_: Option<Self>, never: Infallible, _: ValuePointerRef<'_>) -> ControlFlow<Self, Self> {
        match never {}
    }
}

/// The value is none of these names.
pub(super) fn one_of(names: &[&str]) -> InvalidValue {
    InvalidValue(FieldCode::InvalidFormat, format!("Expected one of {}.", names.join(", ")).into())
}

const fn expected(accepted: &[ValueKind]) -> &'static str {
    match accepted {
        [ValueKind::String, ..] => "Expected a string.",
        [ValueKind::Boolean, ..] => "Expected true or false.",
        [ValueKind::Sequence, ..] => "Expected a list.",
        [ValueKind::Map, ..] => "Expected an object.",
        [ValueKind::Integer, ..] => "Expected a whole number.",
        _ => "This has the wrong type.",
    }
}

/// The name of an unknown field for an error, or a placeholder if it could be a secret.
pub fn printable_name(name: &str) -> String {
    let plain = !name.is_empty()
        && name.len() <= MAX_NAME
        && name.bytes().filter(u8::is_ascii_digit).count() <= MAX_DIGITS
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.[]".contains(&b));
    if plain { name.to_owned() } else { "(unnamed)".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_be_secrets_are_not_repeated() {
        assert_eq!(printable_name("colour"), "colour");
        for name in ["", "a b", "ä", &"x".repeat(33), "q2v5x7"] {
            assert_eq!(printable_name(name), "(unnamed)");
        }
    }
}
