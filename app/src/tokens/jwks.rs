//! Converts a client's public keys from and to text.

use mintkey_domain::{FieldCode, FieldErrors};
use serde_json::Value;

use crate::error::Result;

/// Parses a JWK Set, a list of JWKs, or a single JWK.
pub(super) fn read(text: &str) -> Result<Vec<Value>> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let keys = match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(keys)) => Some(keys),
        Ok(Value::Object(mut set)) => match set.remove("keys") {
            Some(Value::Array(keys)) => Some(keys),
            Some(_) => None,
            None => Some(vec![Value::Object(set)]),
        },
        _ => None,
    };
    // The parser's message would repeat the input, which may contain a private key.
    let message = "Expected a JWK Set: {\"keys\": [ … ]}.";
    Ok(keys.ok_or_else(|| FieldErrors::one("keys", FieldCode::InvalidFormat, message))?)
}

/// Formats the keys as a JWK Set; an empty string for no keys.
pub(super) fn write(keys: &[Value]) -> String {
    if keys.is_empty() {
        return String::new();
    }
    serde_json::to_string_pretty(&serde_json::json!({ "keys": keys })).unwrap_or_default()
}

/// A key's display name.
pub(super) fn name(key: &Value) -> String {
    let text = |member: &str| key[member].as_str().map(str::to_owned);
    let kind = text("crv").or_else(|| text("kty")).unwrap_or_default();
    text("kid").map_or(kind.clone(), |id| format!("{id} ({kind})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_a_list_and_a_single_key_are_read_alike() {
        for text in [r#"{"keys": [{"kty": "EC"}]}"#, r#"[{"kty": "EC"}]"#, r#"{"kty": "EC"}"#] {
            assert_eq!(read(text).unwrap().len(), 1, "{text}");
        }
        assert!(read(" \n").unwrap().is_empty());
        for text in ["{", "-----BEGIN PUBLIC KEY-----", r#"{"keys": 1}"#, "1"] {
            assert!(read(text).is_err(), "{text}");
        }
        let set = r#"{"keys": [{"kty": "EC"}]}"#;
        assert_eq!(read(&write(&read(set).unwrap())).unwrap(), read(set).unwrap());
    }
}
