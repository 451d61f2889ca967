//! Public keys of clients: validation of new ones, and use of stored ones (RFC 7517).

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, jwk::Jwk};
use mintkey_domain::{FieldCode, FieldErrors};
use serde_json::{Map, Value};

/// The maximum number of keys per client: one in use, and those that replace it.
pub(crate) const MAX_KEYS: usize = 5;
const MAX_KID: usize = 100;
/// Size of an RSA modulus in bits.
const MODULUS: std::ops::RangeInclusive<usize> = 2048..=4096;
/// Size of an RSA exponent in bits that the signature verification supports.
const EXPONENT: std::ops::RangeInclusive<usize> = 2..=33;
/// Members of private and shared keys (RFC 7518 sections 6.2.2, 6.3.2 and 6.4).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// Signature algorithms of assertions (RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9864 section 2.2).
pub const ASSERTION_ALGORITHMS: &[&str] = &["ES256", "Ed25519", "EdDSA", "PS256", "RS256"];

/// A parsed key for signature verification.
pub(super) struct ClientKey {
    pub(super) kid: Option<String>,
    /// The algorithms that its type and its `alg` allow.
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) key: DecodingKey,
}

/// Parses client keys, with errors at `field`; returns each as JSON with its public members only.
pub(crate) fn parse_client_keys(keys: &[Value], field: &'static str, errors: &mut FieldErrors) -> Vec<String> {
    if keys.len() > MAX_KEYS {
        errors.push(field, FieldCode::TooLong, format!("At most {MAX_KEYS} keys."));
        return Vec::new();
    }
    let mut parsed: Vec<Map<String, Value>> = Vec::with_capacity(keys.len());
    for (i, key) in keys.iter().enumerate() {
        let number = i + 1;
        match public_members(key) {
            Ok(members)
                if members.get("kid").is_some_and(|kid| parsed.iter().any(|one| one.get("kid") == Some(kid))) =>
            {
                errors.push_entry(
                    field,
                    i,
                    FieldCode::Duplicate,
                    format!("Key {number} has the kid of an earlier one."),
                );
            }
            Ok(members) => parsed.push(members),
            Err(expected) => errors.push_entry(field, i, FieldCode::InvalidFormat, format!("Key {number}: {expected}")),
        }
    }
    parsed.into_iter().map(|members| Value::Object(members).to_string()).collect()
}

/// The algorithm with this name. Only one curve is supported, so `EdDSA` and `Ed25519` are the same.
pub(super) fn algorithm(name: &str) -> Option<Algorithm> {
    match name {
        "ES256" => Some(Algorithm::ES256),
        "EdDSA" | "Ed25519" => Some(Algorithm::EdDSA),
        "PS256" => Some(Algorithm::PS256),
        "RS256" => Some(Algorithm::RS256),
        _ => None,
    }
}

/// Parses a stored key. An unreadable one verifies nothing.
pub(super) fn stored(text: &str) -> Option<ClientKey> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    // The library knows only one name of each algorithm.
    let named = value.as_object_mut()?.remove("alg");
    let named = named.as_ref().and_then(Value::as_str).map(algorithm);
    let algorithms = match value["kty"].as_str()? {
        "EC" => vec![Algorithm::ES256],
        "OKP" => vec![Algorithm::EdDSA],
        _ => vec![Algorithm::PS256, Algorithm::RS256],
    };
    let algorithms = algorithms.into_iter().filter(|one| named.is_none_or(|named| named == Some(*one))).collect();
    let kid = value["kid"].as_str().map(str::to_owned);
    let jwk: Jwk = serde_json::from_value(value).ok()?;
    Some(ClientKey { kid, algorithms, key: DecodingKey::from_jwk(&jwk).ok()? })
}

fn public_members(key: &Value) -> Result<Map<String, Value>, &'static str> {
    let Some(given) = key.as_object() else { return Err("expected a JWK, an object.") };
    if PRIVATE.iter().any(|name| given.contains_key(*name)) {
        return Err("this has private parts. Send the public key only, and replace that one: it was shown.");
    }
    let text = |name: &str| given.get(name).and_then(Value::as_str);
    let decoded = |name: &str| text(name).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()).unwrap_or_default();
    let bytes = |name: &str| decoded(name).len();
    let (members, algorithms): (&[&str], &[&str]) = match (text("kty"), text("crv")) {
        (Some("EC"), Some("P-256")) if is_on_p256(&decoded("x"), &decoded("y")) => {
            (&["kty", "crv", "x", "y"], &["ES256"])
        }
        (Some("OKP"), Some("Ed25519")) if bytes("x") == 32 => (&["kty", "crv", "x"], &["EdDSA", "Ed25519"]),
        (Some("RSA"), None) if is_odd_of_bits(&decoded("n"), MODULUS) && is_odd_of_bits(&decoded("e"), EXPONENT) => {
            (&["kty", "n", "e"], &["PS256", "RS256"])
        }
        _ => return Err("expected a public key: EC on P-256, OKP on Ed25519, or RSA of 2048 to 4096 bits."),
    };
    let mut public = Map::new();
    for name in members {
        public.insert((*name).to_owned(), given[*name].clone());
    }
    for (name, value) in given.iter().filter(|(name, _)| matches!(name.as_str(), "kid" | "alg" | "use")) {
        let is_valid = value.as_str().is_some_and(|text| match name.as_str() {
            "kid" => (1..=MAX_KID).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()),
            "alg" => algorithms.contains(&text),
            _ => text == "sig",
        });
        if !is_valid {
            return Err("kid is 1 to 100 printable ASCII characters, alg one of the key's type, use \"sig\".");
        }
        public.insert(name.clone(), value.clone());
    }
    Ok(public)
}

/// Whether these are the coordinates of a point on the curve, each of its full length (RFC 7518 section 6.2.1.2).
fn is_on_p256(x: &[u8], y: &[u8]) -> bool {
    const UNCOMPRESSED: &[u8] = &[4];
    x.len() == 32 && ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, [UNCOMPRESSED, x, y].concat()).is_ok()
}

/// Whether the number is odd, has this many bits, and no leading zero bytes (RFC 7518 section 6.3.1): signatures can't
/// be verified with another modulus or exponent.
fn is_odd_of_bits(number: &[u8], bits: std::ops::RangeInclusive<usize>) -> bool {
    let (Some(first), Some(last)) = (number.first(), number.last()) else { return false };
    let zeros = usize::try_from(first.leading_zeros()).unwrap_or_default();
    zeros < 8 && last % 2 == 1 && bits.contains(&(number.len() * 8 - zeros))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A point of P-256 (SP 800-186 section 3.2.1.3).
    const P256_BASE: (&str, &str) =
        ("axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY", "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU");

    fn refused(key: &Value) -> bool {
        let mut errors = FieldErrors::new();
        parse_client_keys(std::slice::from_ref(key), "keys", &mut errors);
        errors.has("keys")
    }

    #[test]
    fn only_public_keys_of_the_known_kinds_are_taken() {
        let (x, n) = (URL_SAFE_NO_PAD.encode([7; 32]), URL_SAFE_NO_PAD.encode([0xff; 256]));
        let (base_x, base_y) = P256_BASE;
        let good = [
            json!({"kty": "EC", "crv": "P-256", "x": base_x, "y": base_y, "kid": "one", "use": "sig", "alg": "ES256"}),
            json!({"kty": "OKP", "crv": "Ed25519", "x": x, "x5t": "left out"}),
            json!({"kty": "RSA", "n": n, "e": "AQAB", "alg": "PS256"}),
        ];
        let mut errors = FieldErrors::new();
        let kept = parse_client_keys(&good, "keys", &mut errors);
        assert!(errors.is_empty(), "{errors:?}");
        assert!(!kept[1].contains("x5t"));
        assert_eq!(stored(&kept[2]).unwrap().algorithms, [Algorithm::PS256]);
        for key in [
            json!("a text"),
            json!({}),
            json!({"kty": "EC", "crv": "P-256", "x": base_x, "y": base_y, "d": x}),
            json!({"kty": "EC", "crv": "P-384", "x": x, "y": x}),
            json!({"kty": "oct", "k": x}),
            json!({"kty": "RSA", "n": URL_SAFE_NO_PAD.encode([0xff; 128]), "e": "AQAB"}),
            json!({"kty": "OKP", "crv": "Ed25519", "x": x, "alg": "RS256"}),
            json!({"kty": "OKP", "crv": "Ed25519", "x": x, "use": "enc"}),
            json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "two words"}),
        ] {
            assert!(refused(&key), "{key}");
        }
    }

    #[test]
    fn a_point_that_is_not_on_the_curve_is_refused() {
        let key = |x: &str, y: &str| json!({"kty": "EC", "crv": "P-256", "x": x, "y": y});
        let (x, y) = P256_BASE;
        assert!(!refused(&key(x, y)));
        let zero = URL_SAFE_NO_PAD.encode([0; 32]);
        for (x, y) in [(x, x), (y, x), (&*zero, &*zero), (x, &y[4..]), (x, "")] {
            assert!(refused(&key(x, y)), "{x} {y}");
        }
    }

    #[test]
    fn rsa_keys_that_no_signature_can_be_checked_with_are_refused() {
        let modulus = |first: u8, length: usize, last: u8| {
            let mut bytes = vec![0xff; length];
            bytes[0] = first;
            bytes[length - 1] = last;
            URL_SAFE_NO_PAD.encode(bytes)
        };
        let key = |n: &str, e: &[u8]| json!({"kty": "RSA", "n": n, "e": URL_SAFE_NO_PAD.encode(e)});
        let good = modulus(0x80, 256, 1);
        for e in [&[3][..], &[1, 0, 1], &[1, 0, 0, 0, 1]] {
            assert!(!refused(&key(&good, e)), "{e:?}");
        }
        for e in [&[][..], &[0], &[1], &[2], &[0, 3], &[1, 0, 0], &[2, 0, 0, 0, 1], &[1; 8]] {
            assert!(refused(&key(&good, e)), "{e:?}");
        }
        for n in [modulus(0x7f, 256, 1), modulus(0, 257, 1), modulus(0x80, 256, 0xfe), modulus(1, 513, 1)] {
            assert!(refused(&key(&n, &[1, 0, 1])), "{n}");
        }
    }

    #[test]
    fn two_keys_of_one_kid_and_six_keys_are_refused() {
        let key = json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode([7; 32]), "kid": "a"});
        let mut errors = FieldErrors::new();
        parse_client_keys(&[key.clone(), key.clone()], "keys", &mut errors);
        assert_eq!(errors.get("keys").map(|error| error.code), Some(FieldCode::Duplicate));
        let mut errors = FieldErrors::new();
        parse_client_keys(&vec![key; 6], "keys", &mut errors);
        assert_eq!(errors.get("keys").map(|error| error.code), Some(FieldCode::TooLong));
    }
}
