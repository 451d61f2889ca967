//! The types of lists.

use deserr::{Deserr, IntoValue, Value, ValueKind, ValuePointerRef};
use mintkey_domain::{AddressRanges, FieldErrors, ScopeSet, UserId, parse_grants, wire::parse_members};
use utoipa::ToSchema;

use super::mistakes::{InvalidValue, Mistakes};

/// Scopes that a credential must hold; none if it is empty.
#[derive(Default, ToSchema)]
#[schema(value_type = Vec<String>, max_items = 1000)]
pub(crate) struct RequiredScopes(pub(crate) Vec<String>);

/// Members of a service account, without repeats.
#[derive(Default, ToSchema)]
#[schema(value_type = Vec<UserId>, max_items = 200)]
pub(crate) struct MemberIds(pub(crate) Vec<UserId>);

/// A JSON object.
#[derive(ToSchema)]
#[schema(value_type = Object)]
pub(crate) struct JsonObject(pub(crate) serde_json::Value);

/// Types that the domain reads from a list of texts.
macro_rules! read_from_texts {
    ($($type:ty: $read:expr;)+) => {$(
        impl Deserr<Mistakes> for $type {
            fn deserialize_from_value<V: IntoValue>(
                value: Value<V>,
                location: ValuePointerRef<'_>,
            ) -> Result<Self, Mistakes> {
                let texts = Vec::<String>::deserialize_from_value(value, location)?;
                let read: fn(Vec<String>, &mut FieldErrors) -> Option<Self> = $read;
                let mut errors = FieldErrors::new();
                let list = read(texts, &mut errors).filter(|_| errors.is_empty());
                list.ok_or_else(|| located(&errors, location))
            }
        }
    )+};
}

read_from_texts! {
    ScopeSet: |texts, errors| parse_grants(&texts, "", errors);
    AddressRanges: |texts, errors| Self::parse(&texts, errors);
    MemberIds: |texts, errors| Some(Self(parse_members(&texts, errors)));
    RequiredScopes: |texts, errors| {
        if !texts.is_empty() {
            parse_grants(&texts, "", errors);
        }
        Some(Self(texts))
    };
}

/// The domain's mistake, where the list is; its pointer ends in the entry's index.
fn located(errors: &FieldErrors, location: ValuePointerRef<'_>) -> Mistakes {
    let Some(error) = errors.iter().next() else { return Mistakes::default() };
    let bad = InvalidValue(error.code, error.message.clone());
    match error.pointer.as_deref().and_then(|pointer| pointer.rsplit('/').next()?.parse().ok()) {
        Some(index) => Mistakes::at(location.push_index(index), bad),
        None => Mistakes::at(location, bad),
    }
}

impl Deserr<Mistakes> for JsonObject {
    fn deserialize_from_value<V: IntoValue>(value: Value<V>, location: ValuePointerRef<'_>) -> Result<Self, Mistakes> {
        match value.kind() {
            ValueKind::Map => serde_json::Value::deserialize_from_value(value, location).map(Self),
            _ => Err(Mistakes::at(
                location,
                InvalidValue(mintkey_domain::FieldCode::WrongType, "Expected an object.".into()),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use mintkey_domain::FieldCode;

    use super::*;

    fn read<T: Deserr<Mistakes>>(texts: &[&str]) -> Result<T, (FieldCode, Option<String>)> {
        let value = serde_json::json!(texts).into_value();
        T::deserialize_from_value(value, ValuePointerRef::Origin.push_key("list")).map_err(|Mistakes(errors)| {
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
