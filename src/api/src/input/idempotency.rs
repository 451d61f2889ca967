//! The header `Idempotency-Key`.

use http::{HeaderMap, HeaderName};
use mintkey_domain::{FieldCode, FieldErrors};

const NAME: HeaderName = HeaderName::from_static("idempotency-key");
const FIELD: &str = "Idempotency-Key";
const MAX_LENGTH: usize = 255;

/// The key, if one was sent: 1 to 255 visible ASCII characters, once.
pub(crate) fn idempotency_key(headers: &HeaderMap, errors: &mut FieldErrors) -> Option<String> {
    let mut values = headers.get_all(NAME).into_iter();
    let value = values.next()?;
    if values.next().is_some() {
        errors.push(FIELD, FieldCode::Duplicate, "This header may be sent once only.");
        return None;
    }
    if value.len() > MAX_LENGTH {
        errors.push(FIELD, FieldCode::TooLong, "Use at most 255 characters.");
        return None;
    }
    if value.is_empty() || !value.as_bytes().iter().all(u8::is_ascii_graphic) {
        errors.push(FIELD, FieldCode::InvalidFormat, "Expected 1 to 255 visible ASCII characters.");
        return None;
    }
    value.to_str().ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Result<Option<String>, FieldCode> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(NAME, value.parse().unwrap());
        }
        let mut errors = FieldErrors::new();
        let key = idempotency_key(&headers, &mut errors);
        errors.get(FIELD).map_or(Ok(key), |error| Err(error.code))
    }

    #[test]
    fn a_key_is_one_visible_word() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&["order-17"]), Ok(Some("order-17".to_owned())));
        assert_eq!(read(&[&"x".repeat(255)]), Ok(Some("x".repeat(255))));
        assert_eq!(read(&[&"x".repeat(256)]), Err(FieldCode::TooLong));
        assert_eq!(read(&[""]), Err(FieldCode::InvalidFormat));
        assert_eq!(read(&["a b"]), Err(FieldCode::InvalidFormat));
        assert_eq!(read(&["ä"]), Err(FieldCode::InvalidFormat));
        assert_eq!(read(&["a", "a"]), Err(FieldCode::Duplicate));
    }
}
