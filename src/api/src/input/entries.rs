//! A body as a list of names and values, from JSON or from a form. Nothing is lost: a name that comes twice is still
//! there twice.

use std::fmt;

use http::{HeaderMap, header};
use mintkey_domain::{ErrorCode, Problem};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::Value;

/// The names and values of a body. An empty one has none, whatever its content type.
pub(crate) fn entries(headers: &HeaderMap, bytes: &[u8], form: bool) -> Result<Vec<(String, Value)>, Problem> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Vec::new());
    }
    if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return Err(Problem::new(ErrorCode::UnsupportedMediaType, "Send the body without a content encoding."));
    }
    match media_type(headers) {
        Some(MediaType::Json) => serde_json::from_slice(bytes)
            .map(|Entries(entries)| entries)
            .map_err(|_| Problem::new(ErrorCode::InvalidJson, "Expected one JSON object in UTF-8, without comments.")),
        Some(MediaType::Form) if form => serde_urlencoded::from_bytes::<Vec<(String, String)>>(bytes)
            .map(|pairs| pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect())
            .map_err(|_| Problem::new(ErrorCode::InvalidRequest, "The form could not be read.")),
        _ => {
            let expected = if form {
                "Send application/json or application/x-www-form-urlencoded, and say so in Content-Type."
            } else {
                "Send application/json, and say so in Content-Type."
            };
            Err(Problem::new(ErrorCode::UnsupportedMediaType, expected))
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum MediaType {
    Json,
    Form,
}

fn media_type(headers: &HeaderMap) -> Option<MediaType> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?.to_ascii_lowercase();
    let essence = value.split(';').next()?.trim();
    let is_json = essence.strip_prefix("application/").is_some_and(|kind| kind == "json" || kind.ends_with("+json"));
    if is_json {
        Some(MediaType::Json)
    } else {
        (essence == "application/x-www-form-urlencoded").then_some(MediaType::Form)
    }
}

/// An object's members in their order, repeated ones too: serde's own map would keep the last one silently.
struct Entries(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content_type: Option<&'static str>, body: &[u8]) -> Result<usize, ErrorCode> {
        let mut headers = HeaderMap::new();
        if let Some(content_type) = content_type {
            headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
        }
        entries(&headers, body, true).map(|entries| entries.len()).map_err(|problem| problem.code)
    }

    #[test]
    fn json_and_forms_are_read_by_their_content_type() {
        for content_type in ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"] {
            assert_eq!(read(Some(content_type), br#"{"a": 1, "b": [2]}"#), Ok(2), "{content_type}");
        }
        assert_eq!(read(Some("application/x-www-form-urlencoded"), b"a=1&b=2&a=3"), Ok(3));
    }

    #[test]
    fn any_other_content_type_is_refused_and_so_is_none() {
        for content_type in
            [None, Some("text/plain"), Some("text/json"), Some("application/jsonx"), Some("multipart/form-data")]
        {
            assert_eq!(read(content_type, b"{}"), Err(ErrorCode::UnsupportedMediaType), "{content_type:?}");
        }
    }

    #[test]
    fn nothing_needs_no_content_type() {
        assert_eq!(read(None, b""), Ok(0));
        assert_eq!(read(None, b" \r\n"), Ok(0));
    }

    #[test]
    fn what_is_not_one_json_object_is_refused() {
        let deep = "[".repeat(100_000);
        for body in
            ["[]", "null", "\"a\"", "{", "{}{}", "{\"a\":1,}", "{'a':1}", "\u{feff}{}", &*format!("{{\"a\":{deep}")]
        {
            assert_eq!(read(Some("application/json"), body.as_bytes()), Err(ErrorCode::InvalidJson));
        }
        assert_eq!(read(Some("application/json"), b"{\"a\":\"\xff\"}"), Err(ErrorCode::InvalidJson));
    }

    #[test]
    fn a_repeated_member_is_not_lost() {
        assert_eq!(read(Some("application/json"), br#"{"a": 1, "a": 2}"#), Ok(2));
    }
}
