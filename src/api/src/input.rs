//! Reading what was sent, by `deserr`: all mistakes at once, each by field and expected form. No value, and no parser's
//! own message, is ever passed on.

mod body;
mod lists;
mod mistakes;
mod untyped;
mod values;

pub(crate) use self::{
    body::read_body,
    lists::{JsonObject, MemberIds, RequiredScopes},
    mistakes::{InvalidValue, MAX_MISTAKES, Mistakes, printable_name},
    untyped::Untyped,
    values::*,
};

use deserr::{Deserr, IntoValue, ValuePointerRef};
use mintkey_domain::{FieldCode, FieldErrors};
use serde_json::{Map, Value};

/// A request: what `deserr` reads it from, and the rules that are about several of its fields.
pub(crate) trait Input: Deserr<Mistakes> {
    /// Checks which fields came together, before their values are read: so that these mistakes are reported with the others.
    fn check_fields(_fields: &mut Map<String, Value>, _errors: &mut FieldErrors) {}
}

/// Reads a request; `errors` are mistakes that were found before.
pub(crate) fn read<T: Input>(untyped: Untyped, mut errors: FieldErrors) -> Result<T, FieldErrors> {
    let Untyped { mut fields, repeated } = untyped;
    for name in repeated {
        errors.push(printable_name(&name), FieldCode::Duplicate, "This may be given once only.");
    }
    T::check_fields(&mut fields, &mut errors);
    match T::deserialize_from_value(Value::Object(fields).into_value(), ValuePointerRef::Origin) {
        Ok(value) if errors.is_empty() => Ok(value),
        Ok(_) => Err(errors),
        Err(Mistakes(more)) => {
            errors.extend(more);
            Err(errors)
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use deserr::Deserr;
    use serde_json::json;

    use super::*;

    /// Reads a JSON body; the mistakes as field, pointer and code.
    pub(crate) fn read_json<T: Input>(body: &Value) -> Result<T, Vec<(String, FieldCode)>> {
        let untyped = Untyped::from_json(body.to_string().as_bytes()).unwrap();
        read(untyped, FieldErrors::new()).map_err(|errors| codes(&errors))
    }

    /// The mistakes as pairs, in the order of the fields' names.
    pub(crate) fn codes(errors: &FieldErrors) -> Vec<(String, FieldCode)> {
        let mut codes: Vec<_> = errors.iter().map(|error| (error.field.to_string(), error.code)).collect();
        codes.sort();
        codes
    }

    #[derive(Deserr)]
    #[deserr(deny_unknown_fields, error = Mistakes)]
    #[expect(clippy::option_option, reason = "a field that is left out, null, or has a value are three requests")]
    struct Sample {
        label: RequiredText,
        #[deserr(default, from(Option<String>) = Some)]
        note: Option<Option<String>>,
        #[deserr(default)]
        texts: Vec<String>,
        #[deserr(default, from(bool) = Some)]
        force: Option<bool>,
    }

    impl Input for Sample {}

    #[test]
    fn left_out_null_and_a_value_are_three_things() {
        let note = |body| read_json::<Sample>(&body).ok().unwrap().note;
        assert_eq!(note(json!({"label": "a"})), None);
        assert_eq!(note(json!({"label": "a", "note": null})), Some(None));
        assert_eq!(note(json!({"label": "a", "note": "b"})), Some(Some("b".to_owned())));
        let sample = read_json::<Sample>(&json!({"label": "a", "texts": ["b"], "force": true})).ok().unwrap();
        assert!(sample.label.0 == "a" && sample.texts == ["b"] && sample.force == Some(true));
    }

    #[test]
    fn all_mistakes_are_noted_at_once() {
        let body = json!({"label": null, "note": 1, "texts": ["a", 2], "force": "yes", "x": 1, "a secret": 1});
        let errors = read_json::<Sample>(&body).err().unwrap();
        let expected = [
            ("(unnamed)", FieldCode::UnknownField),
            ("force", FieldCode::WrongType),
            ("label", FieldCode::WrongType),
            ("note", FieldCode::WrongType),
            ("texts", FieldCode::WrongType),
            ("x", FieldCode::UnknownField),
        ];
        assert_eq!(errors, expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn a_mistake_within_a_field_has_a_pointer() {
        let untyped = Untyped::from_json(br#"{"label": "a", "texts": ["a", 2]}"#).unwrap();
        let errors = read::<Sample>(untyped, FieldErrors::new()).err().unwrap();
        assert_eq!(errors.get("texts").unwrap().pointer.as_deref(), Some("/texts/1"));
    }

    #[test]
    fn a_repeated_field_is_a_mistake() {
        let untyped = Untyped::from_json(br#"{"label": "a", "label": "b"}"#).unwrap();
        let errors = read::<Sample>(untyped, FieldErrors::new()).err().unwrap();
        assert_eq!(codes(&errors), [("label".to_owned(), FieldCode::Duplicate)]);
    }

    #[test]
    fn thousands_of_unknown_fields_are_not_all_listed() {
        let body: serde_json::Map<_, _> = (0..10_000).map(|n| (format!("f{n}"), json!(n))).collect();
        assert_eq!(read_json::<Sample>(&body.into()).err().unwrap().len(), MAX_MISTAKES);
    }
}
