//! Errors of single fields, shared by the JSON API and the console.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::principal::string_enum;

string_enum! {
    /// The kind of mistake in a field.
    FieldCode {
        /// It is missing or empty.
        Required = "required"
        /// It has the wrong JSON type.
        WrongType = "wrong_type"
        /// No such field is known here.
        UnknownField = "unknown_field"
        /// It doesn't have the expected form.
        InvalidFormat = "invalid_format"
        /// It is too short.
        TooShort = "too_short"
        /// It is too long, or there are too many.
        TooLong = "too_long"
        /// It holds a control character.
        ControlCharacter = "control_character"
        /// It says the same thing twice.
        Duplicate = "duplicate"
        /// It can't be given together with another field.
        Conflict = "conflict"
        /// A time that has passed.
        InThePast = "in_the_past"
        /// More than the organization or the calendar allows.
        ExceedsMaximum = "exceeds_maximum"
        /// A scope that isn't in the catalogue.
        UnknownScope = "unknown_scope"
        /// No such owner, or none that may have tokens.
        UnknownOwner = "unknown_owner"
        /// The organization has no such cluster.
        UnknownCluster = "unknown_cluster"
        /// No such member, or none whose membership counts.
        UnknownMember = "unknown_member"
        /// Beyond the bounds of the request's credential.
        BeyondOwnBounds = "beyond_own_bounds"
        /// More than the owner is allowed.
        ExceedsOwner = "exceeds_owner"
        /// What it should match doesn't match.
        Mismatch = "mismatch"
        /// The name or address is taken.
        Taken = "taken"
    }
}

/// What is wrong with one field: which, by code, and in words. Never the value itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The field's name.
    pub field: Cow<'static, str>,
    /// The kind of mistake.
    pub code: FieldCode,
    /// A full sentence: what is expected.
    pub message: Cow<'static, str>,
    /// A JSON Pointer (RFC 6901) to the value, if it is nested within the field: `/scopes/1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub pointer: Option<Cow<'static, str>>,
}

/// The most mistakes that one answer lists: a body can hold thousands of unknown fields.
pub const MAX_FIELD_ERRORS: usize = 50;

/// The field errors of one request: at most one per field, in the order in which they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Creates an empty list.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Creates a list with one error.
    pub fn one(field: impl Into<Cow<'static, str>>, code: FieldCode, message: impl Into<Cow<'static, str>>) -> Self {
        let mut errors = Self::new();
        errors.push(field, code, message);
        errors
    }

    /// Adds an error, unless the field has one already.
    pub fn push(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        code: FieldCode,
        message: impl Into<Cow<'static, str>>,
    ) {
        self.push_error(FieldError { field: field.into(), code, message: message.into(), pointer: None });
    }

    /// Adds an error for one entry of a list field.
    pub fn push_entry(
        &mut self,
        field: &'static str,
        index: usize,
        code: FieldCode,
        message: impl Into<Cow<'static, str>>,
    ) {
        let pointer = Some(format!("/{field}/{index}").into());
        self.push_error(FieldError { field: field.into(), code, message: message.into(), pointer });
    }

    /// Adds a mistake, unless there is one at its place already.
    pub fn push_error(&mut self, error: FieldError) {
        let is_there = |known: &FieldError| known.field == error.field && known.pointer == error.pointer;
        if self.0.len() < MAX_FIELD_ERRORS && !self.0.iter().any(is_there) {
            self.0.push(error);
        }
    }

    /// Adds all errors of another list.
    pub fn extend(&mut self, others: Self) {
        for error in others.0 {
            self.push_error(error);
        }
    }

    /// Whether this field has an error.
    pub fn has(&self, field: &str) -> bool {
        self.get(field).is_some()
    }

    /// The first mistake of this field.
    pub fn get(&self, field: &str) -> Option<&FieldError> {
        self.0.iter().find(|error| error.field == field)
    }

    /// Whether there are no errors.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of errors.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Iterates over the errors.
    pub fn iter(&self) -> std::slice::Iter<'_, FieldError> {
        self.0.iter()
    }

    /// `Ok` with the parsed value if there are no errors. A caller that passes `None` must have added an error.
    pub fn finish<T>(self, parsed: Option<T>) -> Result<T, Self> {
        match parsed {
            Some(parsed) if self.is_empty() => Ok(parsed),
            _ => Err(self),
        }
    }

    /// `Ok` with the checked value if neither has errors; otherwise these errors, followed by those of the check.
    pub fn and<T>(mut self, checked: Result<T, Self>) -> Result<T, Self> {
        match checked {
            Ok(checked) if self.is_empty() => Ok(checked),
            Ok(_) => Err(self),
            Err(others) => {
                self.extend(others);
                Err(self)
            }
        }
    }

    /// `Ok` if there are no errors.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl<'a> IntoIterator for &'a FieldErrors {
    type Item = &'a FieldError;
    type IntoIter = std::slice::Iter<'a, FieldError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
