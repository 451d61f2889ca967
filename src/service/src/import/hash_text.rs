//! Texts of hashes, as other systems store them.

use std::num::NonZeroU32;

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use mintkey_domain::{FieldCode, FieldErrors, ImportedAlgorithm};
use mintkey_store::ImportedHash;

use crate::{
    hex,
    imported_keys::{Pbkdf2, Pbkdf2Digest, bcrypt_cost},
};

/// The maximum rounds of PBKDF2 and cost of bcrypt, which take about a second.
const MAX_ITERATIONS: u32 = 2_000_000;
const MAX_BCRYPT_COST: u32 = 14;
const AFTER_NAME: &str = "Expected the whole digest in hexadecimal after the name and $$.";

/// The mistake is among the errors.
pub(super) struct Reported;

/// A hash that says itself how it was computed; `None` if it doesn't:
///
/// - `$2b$12$…`: bcrypt
/// - `pbkdf2_sha256$600000$salt$Base64`: Django
/// - `$pbkdf2-sha256$29000$salt$hash`: passlib, whose Base64 has `.` for `+`
/// - `sha512$$hex`: djangorestframework-api-key
pub(super) fn encoded(text: &str, errors: &mut FieldErrors) -> Result<Option<ImportedHash>, Reported> {
    let mut refuse = |message: &'static str| {
        errors.push("hash", FieldCode::InvalidFormat, message);
        Reported
    };
    let parts: Vec<&str> = text.split('$').collect();
    let (name, rounds, salt, hash) = match parts.as_slice() {
        ["", version, ..] if version.starts_with('2') => {
            return match bcrypt_cost(text) {
                Some(4..=MAX_BCRYPT_COST) => {
                    Ok(Some(ImportedHash::new(ImportedAlgorithm::Bcrypt, text.as_bytes().to_vec())))
                }
                Some(_) => Err(refuse("Expected a bcrypt hash of cost 4 to 14.")),
                None => Err(refuse("Expected a bcrypt hash in its usual form: $2b$12$…")),
            };
        }
        ["sha256", "", hash] => {
            let hash = hex::decode(hash).filter(|hash| hash.len() == 32).ok_or_else(|| refuse(AFTER_NAME))?;
            return Ok(Some(ImportedHash::new(ImportedAlgorithm::Sha256, hash)));
        }
        ["sha512", "", hash] => {
            let hash = hex::decode(hash).filter(|hash| hash.len() == 64).ok_or_else(|| refuse(AFTER_NAME))?;
            return Ok(Some(ImportedHash::new(ImportedAlgorithm::Sha512, hash)));
        }
        [name, rounds, salt, hash] if name.starts_with("pbkdf2_") => {
            (&name["pbkdf2_".len()..], rounds, Some(salt.as_bytes().to_vec()), BASE64.decode(hash).ok())
        }
        ["", name, rounds, salt, hash] if name.starts_with("pbkdf2-") => {
            let [salt, hash] = [salt, hash].map(|part| BASE64.decode(part.replace('.', "+")).ok());
            (&name["pbkdf2-".len()..], rounds, salt, hash)
        }
        _ => return Ok(None),
    };
    let (Some(digest), Some(salt), Some(hash)) = (Pbkdf2Digest::named(name), salt, hash) else {
        return Err(refuse("This PBKDF2 hash doesn't have its usual form."));
    };
    let hash = pbkdf2(digest, rounds.parse().unwrap_or(0), salt, hash, errors).ok_or(Reported)?;
    Ok(Some(ImportedHash::new(ImportedAlgorithm::Pbkdf2, hash)))
}

pub(super) fn pbkdf2(
    digest: Pbkdf2Digest,
    iterations: u32,
    salt: Vec<u8>,
    hash: Vec<u8>,
    errors: &mut FieldErrors,
) -> Option<Vec<u8>> {
    let iterations = NonZeroU32::new(iterations).filter(|rounds| rounds.get() <= MAX_ITERATIONS);
    if iterations.is_none() {
        errors.push("iterations", FieldCode::InvalidFormat, format!("Expected 1 to {MAX_ITERATIONS} rounds."));
    }
    if !(16..=128).contains(&hash.len()) || salt.len() > 128 {
        errors.push("hash", FieldCode::InvalidFormat, "Expected a hash of 16 to 128 bytes, and a salt of at most 128.");
        return None;
    }
    Some(Pbkdf2 { digest, iterations: iterations?, salt, hash }.to_stored().into_bytes())
}

pub(super) fn decode(text: &str, encoding: &str, field: &'static str, errors: &mut FieldErrors) -> Option<Vec<u8>> {
    let (bytes, expected) = match encoding {
        "hex" => (hex::decode(text), "Expected hexadecimal digits."),
        "base64" | "base64url" => {
            (BASE64.decode(text).ok().or_else(|| BASE64_URL.decode(text).ok()), "Expected Base64 of either alphabet.")
        }
        _ => (None, "Expected the encoding hex or base64."),
    };
    if bytes.is_none() {
        errors.push(field, FieldCode::InvalidFormat, expected);
    }
    bytes
}

/// Both alphabets, with or without padding.
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);
