//! Compares a response with the one that a document shows.

use serde_json::Value;

/// The first difference and its path. Fields, types and values must match, except for numbers, times and abbreviated
/// texts.
pub(crate) fn difference(shown: &Value, real: &Value) -> Option<String> {
    compare(shown, real, "")
}

fn compare(shown: &Value, real: &Value, path: &str) -> Option<String> {
    let differs = match (shown, real) {
        (Value::Object(shown), Value::Object(real)) => {
            let names = |object: &serde_json::Map<String, Value>| object.keys().cloned().collect::<Vec<_>>();
            let (mut expected, mut found) = (names(shown), names(real));
            expected.sort();
            found.sort();
            if expected != found {
                return Some(format!("{path}: the document shows {expected:?}, the answer has {found:?}"));
            }
            return shown.iter().find_map(|(name, value)| compare(value, &real[name], &format!("{path}/{name}")));
        }
        (Value::Array(shown), Value::Array(real)) => {
            let first = shown.first()?;
            return match real.first() {
                Some(found) => compare(first, found, &format!("{path}/0")),
                None => Some(format!("{path}: the answer's list is empty")),
            };
        }
        (Value::String(shown), Value::String(real)) => !is_variable(shown) && shown != real,
        (Value::Number(_), Value::Number(_)) => false,
        (shown, real) => shown != real,
    };
    differs.then(|| format!("{path}: the document shows {shown}, the answer has {real}"))
}

fn is_variable(text: &str) -> bool {
    let is_time = text.len() == "2027-02-20T09:14:00.000Z".len() && text.ends_with('Z');
    text.contains('…') || is_time
}

#[test]
fn fields_types_and_unabbreviated_values_must_agree() {
    let shown =
        serde_json::json!({"id": "…", "at": "2027-02-20T09:14:00.000Z", "n": 1, "via": "session", "all": [null]});
    let real =
        serde_json::json!({"id": "7", "at": "2026-01-01T00:00:00.000Z", "n": 2, "via": "session", "all": [null, 1]});
    assert_eq!(difference(&shown, &real), None);
    for (field, value) in
        [("id", Value::Null), ("via", "api_key".into()), ("all", serde_json::json!([])), ("new", 1.into())]
    {
        let mut other = real.clone();
        other[field] = value;
        assert!(difference(&shown, &other).is_some(), "{field}");
    }
}
