//! Types of list fields.

use std::{collections::HashSet, hash::Hash, str::FromStr};

use deserr::{Deserr, IntoValue, Sequence, Value, ValuePointerRef};
use utoipa::ToSchema;

use super::errors::{InvalidValue, RequestErrors};
use crate::{
    AddressRanges, FieldCode, FieldError, FieldErrors, InvalidId, ScopeSet, TokenId, UserId, parse_grants,
    wire::{MAX_BULK, MAX_SERVICE_ACCOUNT_MEMBERS},
};

/// Scopes that a credential must hold; none if it is empty.
#[derive(Default, ToSchema)]
#[schema(value_type = Vec<String>, max_items = 1000)]
pub struct RequiredScopes(pub Vec<String>);

/// Members of a service account, without repeats.
#[derive(Default, ToSchema)]
#[schema(value_type = Vec<UserId>, max_items = 200)]
pub struct MemberIds(pub Vec<UserId>);

/// Tokens, without repeats.
#[derive(Default, ToSchema)]
#[schema(value_type = Vec<TokenId>, min_items = 1, max_items = 1000)]
pub struct TokenIds(pub Vec<TokenId>);

/// Implements deserialization from a list of strings.
macro_rules! read_from_texts {
    ($($type:ty: $read:expr;)+) => {$(
        impl Deserr<RequestErrors> for $type {
            fn deserialize_from_value<V: IntoValue>(
                value: Value<V>,
                location: ValuePointerRef<'_>,
            ) -> Result<Self, RequestErrors> {
                let mut errors = FieldErrors::new();
                let texts = read_texts(value, location, &mut errors)?;
                let read: fn(Vec<String>, &mut FieldErrors) -> Option<Self> = $read;
                let mut found = FieldErrors::new();
                let list = read(texts, &mut found);
                for error in &found {
                    errors.extend(located(error, location).0);
                }
                list.filter(|_| errors.is_empty()).ok_or(RequestErrors(errors))
            }
        }
    )+};
}

read_from_texts! {
    ScopeSet: |texts, errors| parse_grants(&texts, "", errors);
    AddressRanges: |texts, errors| Self::parse(&texts, errors);
    MemberIds: |texts, errors| Some(Self(parse_members(&texts, errors)));
    TokenIds: |texts, errors| Some(Self(parse_token_ids(&texts, errors)));
    RequiredScopes: |texts, errors| {
        if !texts.is_empty() {
            parse_grants(&texts, "", errors);
        }
        Some(Self(texts))
    };
}

/// Reads a list of strings. An entry of another type is a mistake and becomes an empty string, to keep the indices.
fn read_texts<V: IntoValue>(
    value: Value<V>,
    location: ValuePointerRef<'_>,
    errors: &mut FieldErrors,
) -> Result<Vec<String>, RequestErrors> {
    let Value::Sequence(entries) = value else { return Vec::<String>::deserialize_from_value(value, location) };
    let read = |(index, entry): (usize, V)| {
        let text = String::deserialize_from_value(entry.into_value(), location.push_index(index));
        text.unwrap_or_else(|RequestErrors(wrong): RequestErrors| {
            errors.extend(wrong);
            String::new()
        })
    };
    Ok(Sequence::into_iter(entries).enumerate().map(read).collect())
}

/// Moves a parser's mistake to the list's location and the entry's index, which is the last segment of its pointer.
fn located(error: &FieldError, location: ValuePointerRef<'_>) -> RequestErrors {
    let bad = InvalidValue(error.code, error.message.clone());
    match error.pointer.as_deref().and_then(|pointer| pointer.rsplit('/').next()?.parse().ok()) {
        Some(index) => RequestErrors::at(location.push_index(index), bad),
        None => RequestErrors::at(location, bad),
    }
}

impl From<RequiredScopes> for Vec<String> {
    fn from(scopes: RequiredScopes) -> Self {
        scopes.0
    }
}

impl MemberIds {
    /// The IDs for a new account.
    pub fn of_new(ids: Self) -> Vec<UserId> {
        ids.0
    }

    /// The IDs as a change to an account.
    pub fn of_change(ids: Self) -> Option<Vec<UserId>> {
        Some(ids.0)
    }
}

/// Parses the IDs of a service account's members.
pub(super) fn parse_members(texts: &[String], errors: &mut FieldErrors) -> Vec<UserId> {
    parse_ids(texts, "member_ids", ["Member", "member"], MAX_SERVICE_ACCOUNT_MEMBERS, errors)
}

/// Parses the IDs of a request about many tokens.
fn parse_token_ids(texts: &[String], errors: &mut FieldErrors) -> Vec<TokenId> {
    const FIELD: &str = "ids";
    if texts.is_empty() {
        errors.push(FIELD, FieldCode::Required, "Name at least one token.");
    }
    parse_ids(texts, FIELD, ["Token", "token"], MAX_BULK, errors)
}

/// Parses IDs, each of which may be named once. The noun says in messages what they are of: `["Token", "token"]`.
fn parse_ids<T: FromStr<Err = InvalidId> + Copy + Eq + Hash>(
    texts: &[String],
    field: &'static str,
    [capitalized, noun]: [&'static str; 2],
    max: usize,
    errors: &mut FieldErrors,
) -> Vec<T> {
    if texts.len() > max {
        errors.push(field, FieldCode::TooLong, format!("At most {max} {noun}s."));
        return Vec::new();
    }
    let mut ids = Vec::with_capacity(texts.len());
    let mut known = HashSet::with_capacity(texts.len());
    for (i, text) in texts.iter().enumerate() {
        match text.parse() {
            Err(InvalidId) => {
                let message = format!("{capitalized} {} is not a UUID.", i + 1);
                errors.push_entry(field, i, FieldCode::InvalidFormat, message);
            }
            Ok(id) if !known.insert(id) => {
                let message = format!("Each {noun} may be named once only.");
                errors.push_entry(field, i, FieldCode::Duplicate, message);
            }
            Ok(id) => ids.push(id),
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: Deserr<RequestErrors>>(texts: &[&str]) -> Result<T, (FieldCode, Option<String>)> {
        let value = serde_json::json!(texts).into_value();
        T::deserialize_from_value(value, ValuePointerRef::Origin.push_key("list")).map_err(|RequestErrors(errors)| {
            let error = errors.iter().next().unwrap();
            (error.code, error.pointer.as_deref().map(str::to_owned))
        })
    }

    #[test]
    fn an_entry_that_is_wrong_is_pointed_to() {
        let wrong = Some((FieldCode::InvalidFormat, Some("/list/1".to_owned())));
        assert_eq!(read::<ScopeSet>(&["a.read", "a b"]).err(), wrong);
        assert_eq!(read::<AddressRanges>(&["10.0.0.0/8", "10.0.0.1/8"]).err(), wrong);
        assert_eq!(read::<MemberIds>(&["01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d01", "x"]).err(), wrong);
        assert_eq!(read::<RequiredScopes>(&["a.read", "a b"]).err(), wrong);
    }

    #[test]
    fn scopes_are_required_only_where_left_out_would_mean_all() {
        assert_eq!(read::<ScopeSet>(&[]).err(), Some((FieldCode::Required, None)));
        assert!(read::<RequiredScopes>(&[]).is_ok_and(|scopes| scopes.0.is_empty()));
        assert!(read::<AddressRanges>(&[]).is_ok_and(|ranges| ranges.is_any()));
    }
}
