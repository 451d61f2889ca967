//! What a request says about a new certificate.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{FieldCode, FieldErrors, principal::string_enum};

/// The minimum number of characters of a bundle's password.
pub const MIN_BUNDLE_PASSWORD: usize = 12;
/// The maximum number of characters of a bundle's password.
pub const MAX_BUNDLE_PASSWORD: usize = 128;
/// The maximum number of bytes of a certificate signing request.
pub const MAX_SIGNING_REQUEST: usize = 16 * 1024;
/// What a field with a signing request must have.
pub const EXPECTED_SIGNING_REQUEST: &str =
    "Expected a certificate signing request in PEM, as `openssl req -new` makes it.";

string_enum! {
    /// How a PKCS#12 bundle is encrypted.
    Pkcs12Format {
        /// AES-256 and SHA-256 (RFC 8018), with 600,000 rounds.
        Modern = "modern"
        /// Triple DES and SHA-1, for programs that open nothing newer. Weak: only where the organization allows it.
        Compatible = "compatible"
    }
}

/// Where the private key of a new certificate comes from.
#[derive(Debug)]
pub enum CertificateSource {
    /// It is made here and handed out in a PKCS#12 bundle.
    Bundle {
        /// The password of the bundle.
        password: BundlePassword,
        /// How the bundle is encrypted.
        format: Pkcs12Format,
    },
    /// Its holder keeps it and sends a certificate signing request (RFC 2986), in PEM.
    SigningRequest(String),
}

/// The password of a PKCS#12 bundle: used once, never stored or printed. Printable ASCII only, because programs don't agree
/// on how other characters are encoded, and Java can't open such a bundle.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct BundlePassword(String);

impl BundlePassword {
    /// Parses a password of 12 to 128 printable ASCII characters.
    pub fn parse(text: String, field: &'static str, errors: &mut FieldErrors) -> Option<Self> {
        let text = Zeroizing::new(text);
        let (code, message) = if text.is_empty() {
            (FieldCode::Required, "The bundle needs a password of 12 to 128 characters.")
        } else if text.bytes().any(|byte| !(b' '..=b'~').contains(&byte)) {
            let rule = "Use letters, digits and signs of ASCII only: many programs can't open a bundle with others.";
            (FieldCode::InvalidFormat, rule)
        } else if text.len() < MIN_BUNDLE_PASSWORD {
            (FieldCode::TooShort, "Use at least 12 characters. A few random words work well.")
        } else if text.len() > MAX_BUNDLE_PASSWORD {
            (FieldCode::TooLong, "Use at most 128 characters.")
        } else {
            return Some(Self(text.to_string()));
        };
        errors.push(field, code, message);
        None
    }

    /// The password, for the bundle.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for BundlePassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BundlePassword(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_password_is_long_enough_and_can_be_typed_everywhere() {
        let refused = |text: &str| {
            let mut errors = FieldErrors::new();
            let password = BundlePassword::parse(text.to_owned(), "password", &mut errors);
            assert_eq!(password.is_some(), errors.is_empty());
            errors.get("password").map(|error| error.code)
        };
        assert_eq!(refused("correct horse ~!"), None);
        assert_eq!(refused(&"a".repeat(128)), None);
        assert_eq!(refused(""), Some(FieldCode::Required));
        assert_eq!(refused("hunter2"), Some(FieldCode::TooShort));
        assert_eq!(refused(&"a".repeat(129)), Some(FieldCode::TooLong));
        for other in ["pässword password", "pass\tword password", "password password\n", "password\u{7f}password"] {
            assert_eq!(refused(other), Some(FieldCode::InvalidFormat), "{other:?}");
        }
    }

    #[test]
    fn a_bundle_password_is_not_printed() {
        let password = BundlePassword::parse("correct horse".to_owned(), "password", &mut FieldErrors::new()).unwrap();
        assert!(!format!("{password:?}").contains("horse"));
    }
}
