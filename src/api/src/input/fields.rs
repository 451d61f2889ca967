//! The fields of a body, held to an endpoint's description.

use mintkey_domain::{FieldCode, FieldErrors};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{MAX_MISTAKES, sayable};
use crate::endpoint::{Field, Kind};

/// Fields of the right types, and the mistakes of all others.
pub(crate) struct Fields {
    values: Vec<(&'static str, Value)>,
    hash: Sha256,
    /// What is wrong so far. The handler goes on with it.
    pub(crate) errors: FieldErrors,
}

impl Fields {
    /// Sorts the entries of a body into fields.
    pub(crate) fn read(table: &'static [Field], mut entries: Vec<(String, Value)>) -> Self {
        // Sorted, so that the same fields in another order are the same request. The sort is stable: of a repeated
        // field the first value counts, and the mistake is noted anyway.
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut fields =
            Self { values: Vec::with_capacity(entries.len()), hash: Sha256::new(), errors: FieldErrors::new() };
        for (name, value) in entries {
            if fields.errors.len() >= MAX_MISTAKES {
                break;
            }
            let Some(field) = table.iter().find(|field| field.name == name) else {
                fields.errors.push(sayable(&name), FieldCode::UnknownField, "There is no such field here.");
                continue;
            };
            fields.add(field, value);
        }
        fields
    }

    fn add(&mut self, field: &'static Field, value: Value) {
        if self.values.iter().any(|(name, _)| *name == field.name) {
            self.errors.push(field.name, FieldCode::Duplicate, "This field may be given once only.");
        } else if let Some(expected) = mistake(field, &value) {
            self.errors.push(field.name, FieldCode::WrongType, expected);
        } else {
            self.hash.update(field.name);
            self.hash.update(value.to_string());
            self.values.push((field.name, value));
        }
    }

    /// A text.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        self.text_or_null(name).flatten()
    }

    /// A text that has to be there.
    pub(crate) fn required_text(&mut self, name: &'static str) -> String {
        let text = self.text(name).unwrap_or_default();
        if text.is_empty() {
            self.errors.push(name, FieldCode::Required, "This can't be left out or empty.");
        }
        text
    }

    /// A text, or `Some(None)` for `null`.
    #[expect(clippy::option_option, reason = "left out, null and a text are three different wishes")]
    pub(crate) fn text_or_null(&mut self, name: &str) -> Option<Option<String>> {
        match self.take(name)? {
            Value::String(text) => Some(Some(text)),
            _ => Some(None),
        }
    }

    /// A list of texts.
    pub(crate) fn texts(&mut self, name: &str) -> Option<Vec<String>> {
        match self.take(name)? {
            Value::Array(values) => Some(
                values
                    .into_iter()
                    .filter_map(|value| if let Value::String(text) = value { Some(text) } else { None })
                    .collect(),
            ),
            _ => None,
        }
    }

    /// A list of texts, or `Some(None)` for `null`.
    #[expect(clippy::option_option, reason = "left out, null and a list are three different wishes")]
    pub(crate) fn texts_or_null(&mut self, name: &str) -> Option<Option<Vec<String>>> {
        if self.values.iter().any(|(known, value)| *known == name && value.is_null()) {
            self.take(name);
            return Some(None);
        }
        self.texts(name).map(Some)
    }

    /// A list of objects that has to be there; it may be empty.
    pub(crate) fn required_objects(&mut self, name: &'static str) -> Vec<Value> {
        if let Some(Value::Array(values)) = self.take(name) {
            return values;
        }
        self.errors.push(name, FieldCode::Required, "This can't be left out.");
        Vec::new()
    }

    /// A whole number. One that doesn't fit is the largest that does.
    pub(crate) fn whole(&mut self, name: &str) -> Option<i64> {
        self.take(name).map(|value| value.as_i64().unwrap_or(i64::MAX))
    }

    /// True or false.
    pub(crate) fn flag(&mut self, name: &str) -> Option<bool> {
        self.take(name)?.as_bool()
    }

    /// The mistakes, to be added to by further checks. None are left here.
    pub(crate) fn take_errors(&mut self) -> FieldErrors {
        std::mem::take(&mut self.errors)
    }

    /// A fingerprint of the request: two of them are the same if operation, path and fields are.
    pub(crate) fn digest(&self, operation: &str, path: &str) -> [u8; 32] {
        self.hash.clone().chain_update(operation).chain_update(path).finalize().into()
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        let at = self.values.iter().position(|(known, _)| *known == name)?;
        Some(self.values.swap_remove(at).1)
    }
}

/// What a value of the wrong type should have been.
fn mistake(field: &Field, value: &Value) -> Option<&'static str> {
    let (right, expected) = match field.kind {
        Kind::Texts => (is_texts(value), "Expected a list of strings."),
        Kind::Objects => (is_objects(value), "Expected a list of objects."),
        Kind::Whole { .. } => (value.is_i64() || value.is_u64(), "Expected a whole number."),
        Kind::Flag => (value.is_boolean(), "Expected true or false."),
        Kind::Text
        | Kind::Password
        | Kind::Id
        | Kind::Time
        | Kind::Length
        | Kind::Address
        | Kind::Choice(_)
        | Kind::OpenEnum(_) => {
            let expected = if field.null.is_some() { "Expected a string or null." } else { "Expected a string." };
            (value.is_string(), expected)
        }
    };
    let meant = right || (value.is_null() && field.null.is_some());
    (!meant).then_some(expected)
}

fn is_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|values| values.iter().all(Value::is_string))
}

fn is_objects(value: &Value) -> bool {
    value.as_array().is_some_and(|values| values.iter().all(Value::is_object))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    static TABLE: &[Field] = &[
        Field::new("label", Kind::Text, "").required(),
        Field::new("note", Kind::Text, "").or_null("removes it"),
        Field::new("scopes", Kind::Texts, ""),
        Field::new("days", Kind::Whole { min: 1, max: 10 }, ""),
        Field::new("force", Kind::Flag, ""),
    ];

    fn read(value: Value) -> Fields {
        let Value::Object(map) = value else { panic!("not an object") };
        Fields::read(TABLE, map.into_iter().collect())
    }

    fn codes(fields: &Fields) -> Vec<(String, FieldCode)> {
        fields.errors.iter().map(|error| (error.field.to_string(), error.code)).collect()
    }

    #[test]
    fn fields_of_the_right_type_are_handed_out_once() {
        let mut fields = read(json!({"label": "a", "note": null, "scopes": ["b"], "days": 3, "force": true}));
        assert!(fields.errors.is_empty());
        assert_eq!(fields.text("label").as_deref(), Some("a"));
        assert_eq!(fields.text("label"), None);
        assert_eq!(fields.text_or_null("note"), Some(None));
        assert_eq!(fields.texts("scopes"), Some(vec!["b".to_owned()]));
        assert_eq!(fields.whole("days"), Some(3));
        assert_eq!(fields.flag("force"), Some(true));
    }

    #[test]
    fn all_mistakes_are_noted_at_once() {
        let fields = read(json!({"label": null, "note": 1, "scopes": ["a", 2], "days": 1.5, "force": "yes", "x": 1}));
        assert_eq!(fields.errors.len(), 6);
        let unknown = codes(&fields).into_iter().find(|(field, _)| field == "x");
        assert_eq!(unknown.unwrap().1, FieldCode::UnknownField);
        assert_eq!(codes(&fields).iter().filter(|(_, code)| *code == FieldCode::WrongType).count(), 5);
    }

    #[test]
    fn a_repeated_field_is_a_mistake() {
        let entries = vec![("label".to_owned(), json!("a")), ("label".to_owned(), json!("b"))];
        assert_eq!(codes(&Fields::read(TABLE, entries)), [("label".to_owned(), FieldCode::Duplicate)]);
    }

    #[test]
    fn thousands_of_unknown_fields_are_not_all_listed() {
        let entries = (0..10_000).map(|n| (format!("f{n}"), json!(n))).collect();
        assert_eq!(Fields::read(TABLE, entries).errors.len(), MAX_MISTAKES);
    }

    #[test]
    fn a_number_beyond_all_bounds_is_the_largest() {
        assert_eq!(read(json!({"days": u64::MAX})).whole("days"), Some(i64::MAX));
    }

    #[test]
    fn the_digest_knows_content_and_not_order() {
        let one = Fields::read(TABLE, vec![("label".to_owned(), json!("a")), ("days".to_owned(), json!(1))]);
        let other = Fields::read(TABLE, vec![("days".to_owned(), json!(1)), ("label".to_owned(), json!("a"))]);
        assert_eq!(one.digest("op", "/a"), other.digest("op", "/a"));
        assert_ne!(one.digest("op", "/a"), one.digest("op", "/b"));
        assert_ne!(one.digest("op", "/a"), read(json!({"label": "a", "days": 2})).digest("op", "/a"));
    }
}
