//! Types of single values, with their parsers and error messages.

use std::net::IpAddr;

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};
use uuid::Uuid;

use super::{
    certificate::SigningRequestText,
    errors::{InvalidValue, RequestErrors, one_of},
};
use crate::{
    AuditOutcome, BulkAction, BundlePassword, ClusterId, FieldCode, FieldErrors, Grant, InvalidTtl, KubeconfigMethod,
    Label, LabelPattern, MembershipStatus, Namespace, OrganizationId, Pkcs12Format, Role, SecretText,
    ServiceAccountStatus, Timestamp, TokenKind, TokenSort, TokenSortField, TokenStatus, Ttl, UserId, parse_description,
};

const BEYOND_CALENDAR: &str = "The end must not lie beyond the year 9999.";

/// A description. An empty string means none.
#[derive(ToSchema)]
#[schema(value_type = String, max_length = 1000)]
pub struct Description(pub Option<String>);

/// A text that isn't empty.
#[derive(ToSchema)]
#[schema(value_type = String, min_length = 1)]
pub struct RequiredText(pub String);

/// A scope's name, `*`, or a prefix followed by `.*` or `:*`.
#[derive(ToSchema)]
#[schema(value_type = String, min_length = 1)]
pub struct GrantText(pub String);

/// A time in a query.
#[derive(ToSchema)]
#[schema(value_type = String, format = DateTime)]
pub struct QueryTime(pub Timestamp);

/// A number of days. A lifetime beyond the year 9999 or the organization's maximum is refused.
#[derive(Clone, Copy, ToSchema)]
#[schema(value_type = u32, minimum = 1)]
pub struct Days(pub i64);

/// Implements deserialization from a string.
macro_rules! read_from_text {
    ($($type:ty: $read:expr;)+) => {$(
        impl Deserr<RequestErrors> for $type {
            fn deserialize_from_value<V: IntoValue>(
                value: Value<V>,
                location: ValuePointerRef<'_>,
            ) -> Result<Self, RequestErrors> {
                let text = String::deserialize_from_value(value, location)?;
                let read: fn(&str) -> Result<Self, InvalidValue> = $read;
                read(&text).map_err(|bad| RequestErrors::at(location, bad))
            }
        }
    )+};
}

read_from_text! {
    Label: |text| parsed(|errors| Self::parse(text, "", errors));
    Description: |text| parsed(|errors| Some(Self(parse_description("", Some(text), errors))));
    RequiredText: |text| match text {
        "" => Err(InvalidValue(FieldCode::Required, "This can't be left out or empty.".into())),
        text => Ok(Self(text.to_owned())),
    };
    TokenKind: |text| text.parse().map_err(|_| one_of(Self::NAMES));
    Pkcs12Format: |text| text.parse().map_err(|_| one_of(Self::NAMES));
    KubeconfigMethod: |text| text.parse().map_err(|_| one_of(Self::NAMES));
    Namespace: |text| parsed(|errors| Self::parse(text, "", errors));
    SecretText: |text| Ok(Self::new(text.to_owned()));
    BundlePassword: |text| parsed(|errors| Self::parse(text.to_owned(), "", errors));
    SigningRequestText: |text| parsed(|errors| Self::parse(text, "", errors));
    LabelPattern: |text| parsed(|errors| Self::parse(text, "", errors));
    BulkAction: |text| text.parse().map_err(|_| one_of(Self::NAMES));
    TokenStatus: |text| text.parse().map_err(|_| one_of(Self::NAMES));
    ServiceAccountStatus: |text| text.parse().map_err(|_| one_of(Self::NAMES));
    MembershipStatus: |text| text.parse().map_err(|_| one_of(Self::NAMES));
    Role: |text| text.parse().map_err(|_| one_of(Self::NAMES));
    AuditOutcome: |text| text.parse().map_err(|_| one_of(Self::NAMES));
    TokenSort: |text| text.parse().map_err(|_| one_of(TOKEN_SORTS));
    Uuid: uuid;
    OrganizationId: |text| uuid(text).map(Self::from_uuid);
    UserId: |text| uuid(text).map(Self::from_uuid);
    ClusterId: |text| uuid(text).map(Self::from_uuid);
    IpAddr: |text| text.parse().map_err(|_| InvalidValue::format("Expected an address such as 10.4.1.7 or 2001:db8::7."));
    Timestamp: |text| text.parse().map_err(|_| InvalidValue::format("Expected a time such as 2027-01-31T12:00:00Z."));
    QueryTime: |text| text.parse().map(Self).map_err(|_| InvalidValue::format(
        "Expected a time such as 2026-11-22T08:30:00Z or 2026-11-22T09:30:00%2B01:00. Write + as %2B: in a query it is a \
         space."
    ));
    Ttl: |text| parsed(|errors| parse_ttl(text, "", errors));
    GrantText: |text| match Grant::parse(text) {
        Ok(_) => Ok(Self(text.to_owned())),
        Err(_) => Err(InvalidValue::format("Expected a scope name, \"*\", or a prefix followed by \".*\" or \":*\".")),
    };
}

/// Runs a parser that collects [`FieldErrors`], and returns its first mistake without a field.
pub fn parsed<T>(parse: impl FnOnce(&mut FieldErrors) -> Option<T>) -> Result<T, InvalidValue> {
    let mut errors = FieldErrors::new();
    match parse(&mut errors) {
        Some(value) if errors.is_empty() => Ok(value),
        _ => Err(errors.iter().next().map_or(InvalidValue::format("This doesn't have the expected form."), |error| {
            InvalidValue(error.code, error.message.clone())
        })),
    }
}

/// Parses a duration. Errors are reported for `field`.
pub(super) fn parse_ttl(text: &str, field: &'static str, errors: &mut FieldErrors) -> Option<Ttl> {
    let (code, message) = match Ttl::parse(text.trim()) {
        Ok(ttl) => return Some(ttl),
        Err(InvalidTtl::Form) => (FieldCode::InvalidFormat, "Expected a duration such as 60m, 24h, 7d or 1h30m."),
        Err(InvalidTtl::TooLong) => (FieldCode::ExceedsMaximum, BEYOND_CALENDAR),
    };
    errors.push(field, code, message);
    None
}

/// Parses a nullable field: `Some(None)` for null, `None` for a field that is missing or invalid.
pub(super) fn nullable<T, U>(field: Option<Option<T>>, parse: impl FnOnce(T) -> Option<U>) -> Option<Option<U>> {
    match field {
        Some(Some(value)) => parse(value).map(Some),
        Some(None) => Some(None),
        None => None,
    }
}

/// Parses a UUID, in hyphenated form only.
fn uuid(text: &str) -> Result<Uuid, InvalidValue> {
    Uuid::try_parse(text).ok().filter(|_| text.len() == 36).ok_or(InvalidValue::format("Expected a UUID."))
}

impl Description {
    /// The description of a new object; an empty one becomes `None`.
    pub fn of_new(description: Option<Self>) -> Option<String> {
        description.and_then(|text| text.0)
    }

    /// The description as a change; an empty one removes it.
    pub fn of_change(description: Option<Self>) -> Option<Option<String>> {
        Some(Self::of_new(description))
    }
}

impl From<RequiredText> for String {
    fn from(text: RequiredText) -> Self {
        text.0
    }
}

impl GrantText {
    /// The value as a list's filter.
    pub fn filter(self) -> Option<String> {
        Some(self.0)
    }
}

impl QueryTime {
    /// The time as a list's filter.
    pub const fn filter(self) -> Option<Timestamp> {
        Some(self.0)
    }
}

impl Deserr<RequestErrors> for Days {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, RequestErrors> {
        match value {
            Value::Integer(days @ 1..) => Ok(Self(i64::try_from(days).unwrap_or(i64::MAX))),
            Value::Integer(0) | Value::NegativeInteger(_) => Err(RequestErrors::at(
                location,
                InvalidValue(FieldCode::InThePast, "Expected a whole number, 1 or more.".into()),
            )),
            _ => {
                Err(RequestErrors::at(location, InvalidValue(FieldCode::WrongType, "Expected a whole number.".into())))
            }
        }
    }
}

impl Days {
    /// Converts the days to a token's lifetime. Fails if they exceed the supported calendar.
    pub fn lifetime(self) -> Result<Option<Ttl>, InvalidValue> {
        let beyond = InvalidValue(FieldCode::ExceedsMaximum, BEYOND_CALENDAR.into());
        Ttl::days(self.0).map(Some).ok_or(beyond)
    }
}

/// All sort orders; `-` means descending.
const TOKEN_SORTS: &[&str] = &[
    TokenSortField::CreatedAt.as_str(),
    "-created_at",
    TokenSortField::Label.as_str(),
    "-label",
    TokenSortField::ExpiresAt.as_str(),
    "-expires_at",
    TokenSortField::LastUsedAt.as_str(),
    "-last_used_at",
];

impl PartialSchema for TokenSort {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(TOKEN_SORTS.iter().copied())).into()
    }
}

impl ToSchema for TokenSort {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: Deserr<RequestErrors>>(text: &str) -> Result<T, FieldCode> {
        let value = Value::<serde_json::Value>::String(text.to_owned());
        let error = |RequestErrors(errors): RequestErrors| errors.iter().next().unwrap().code;
        T::deserialize_from_value(value, ValuePointerRef::Origin).map_err(error)
    }

    #[test]
    fn the_orders_are_all_that_there_are() {
        assert_eq!(TOKEN_SORTS.len(), 2 * TokenSortField::ALL.len());
        for sort in TOKEN_SORTS {
            assert_eq!(read::<TokenSort>(sort).ok().unwrap().to_string(), *sort);
        }
    }

    #[test]
    fn a_time_whose_plus_became_a_space_is_told_how_to_write_it() {
        assert_eq!(
            read::<QueryTime>("2026-11-22T09:30:00+01:00").ok().unwrap().0,
            Timestamp::from_millis(1_795_336_200_000)
        );
        for text in ["2026-11-22T09:30:00 01:00", "yesterday", "2026-11-22"] {
            let value = Value::<serde_json::Value>::String(text.to_owned());
            let RequestErrors(errors) =
                QueryTime::deserialize_from_value(value, ValuePointerRef::Origin).err().unwrap();
            let message = &errors.iter().next().unwrap().message;
            assert!(message.contains("2026-11-22T08:30:00Z") && message.contains("Write + as %2B"));
        }
    }
}
