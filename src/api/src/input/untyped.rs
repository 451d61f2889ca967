//! Untyped requests, parsed from JSON, a form or a query.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The fields of a request. `serde_json` silently keeps the last of several members with one name; this keeps the first
/// and records the name.
#[derive(Default)]
pub(crate) struct Untyped {
    pub(crate) fields: Map<String, Value>,
    /// The top-level fields that contain a repeated name.
    pub(crate) repeated: Vec<String>,
}

impl Untyped {
    /// Parses a JSON object; `None` for anything else.
    pub(crate) fn from_json(json: &[u8]) -> Option<Self> {
        let mut repeated = Vec::new();
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        let value = AnyValue { field: None, repeated: &mut repeated }.deserialize(&mut deserializer).ok()?;
        deserializer.end().ok()?;
        match value {
            Value::Object(fields) => Some(Self { fields, repeated }),
            _ => None,
        }
    }

    /// Parses the pairs of a form or a query. The decoding is lenient and never fails.
    pub(crate) fn from_pairs(text: &[u8]) -> Self {
        let mut untyped = Self::default();
        for (name, value) in serde_urlencoded::from_bytes::<Vec<(String, String)>>(text).unwrap_or_default() {
            if untyped.fields.contains_key(&name) {
                untyped.repeated.push(name);
            } else {
                untyped.fields.insert(name, Value::String(value));
            }
        }
        untyped
    }
}

/// Deserializes any value and records the top-level fields that contain a repeated name.
struct AnyValue<'a> {
    field: Option<&'a str>,
    repeated: &'a mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for AnyValue<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyValue<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) =
            entries.next_element_seed(AnyValue { field: self.field, repeated: &mut *self.repeated })?
        {
            list.push(entry);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let field = self.field.unwrap_or(&name);
            let value = members.next_value_seed(AnyValue { field: Some(field), repeated: &mut *self.repeated })?;
            if object.contains_key(&name) {
                self.repeated.push(field.to_owned());
            } else {
                object.insert(name, value);
            }
        }
        Ok(object.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_name_is_noted_at_every_depth_and_the_first_value_counts() {
        let untyped = Untyped::from_json(br#"{"a": 1, "b": [{"c": 1, "c": 2}], "a": 2, "d": {"e": 1}}"#).unwrap();
        assert_eq!(untyped.repeated, ["b", "a"]);
        assert_eq!(untyped.fields["a"], 1);
        let untyped = Untyped::from_pairs(b"a=1&b=2&a=3");
        assert_eq!((untyped.repeated, untyped.fields["a"].as_str()), (vec!["a".to_owned()], Some("1")));
    }
}
