//! Hashes of imported keys.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use mintkey_domain::ImportedAlgorithm;
use mintkey_store::ImportedHash;
use subtle::ConstantTimeEq;

/// Parameters and result of PBKDF2 (RFC 8018 section 5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pbkdf2 {
    pub(crate) digest: Pbkdf2Digest,
    pub(crate) iterations: NonZeroU32,
    pub(crate) salt: Vec<u8>,
    pub(crate) hash: Vec<u8>,
}

/// The digest of PBKDF2's HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pbkdf2Digest {
    Sha1,
    Sha256,
    Sha512,
}

/// Whether the stored hash is that of the text.
pub(super) fn is_of(stored: &ImportedHash, text: &str) -> bool {
    match (stored.algorithm, str::from_utf8(&stored.hash)) {
        (ImportedAlgorithm::Pbkdf2, Ok(encoded)) => Pbkdf2::from_stored(encoded).is_some_and(|hash| hash.is_of(text)),
        // Refuses a text that is longer than bcrypt's 72 bytes: what follows these would not count.
        (ImportedAlgorithm::Bcrypt, Ok(encoded)) => bcrypt::non_truncating_verify(text, encoded).unwrap_or(false),
        _ => false,
    }
}

/// Compares in constant time.
pub(super) fn equal(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

/// The cost of a bcrypt hash in its usual form, `$2b$12$…`; `None` for another text.
pub(crate) fn bcrypt_cost(encoded: &str) -> Option<u32> {
    let parts: bcrypt::HashParts = encoded.parse().ok()?;
    Some(parts.get_cost())
}

impl Pbkdf2Digest {
    const ALL: [(Self, &'static str); 3] = [(Self::Sha1, "sha1"), (Self::Sha256, "sha256"), (Self::Sha512, "sha512")];

    /// The digest of this name: `sha256`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == name).map(|(digest, _)| digest)
    }

    /// The name of PBKDF2 with this digest.
    pub(crate) const fn algorithm(self) -> &'static str {
        match self {
            Self::Sha1 => "pbkdf2_sha1",
            Self::Sha256 => "pbkdf2_sha256",
            Self::Sha512 => "pbkdf2_sha512",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }
}

impl Pbkdf2 {
    /// The text that is stored: `sha256$600000$SALT$HASH`, the last two in Base64.
    pub(crate) fn to_stored(&self) -> String {
        let (salt, hash) = (STANDARD_NO_PAD.encode(&self.salt), STANDARD_NO_PAD.encode(&self.hash));
        format!("{}${}${salt}${hash}", self.digest.name(), self.iterations)
    }

    /// Parses the text that is stored.
    pub(crate) fn from_stored(text: &str) -> Option<Self> {
        let mut parts = text.split('$');
        let mut part = || parts.next();
        let parsed = Self {
            digest: Pbkdf2Digest::named(part()?)?,
            iterations: part()?.parse().ok()?,
            salt: STANDARD_NO_PAD.decode(part()?).ok()?,
            hash: STANDARD_NO_PAD.decode(part()?).ok()?,
        };
        (parts.next().is_none() && !parsed.hash.is_empty()).then_some(parsed)
    }

    fn is_of(&self, text: &str) -> bool {
        let algorithm = match self.digest {
            Pbkdf2Digest::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
            Pbkdf2Digest::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Pbkdf2Digest::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        };
        pbkdf2::verify(algorithm, self.iterations, &self.salt, text.as_bytes(), &self.hash).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Section 11 of RFC 7914, with PBKDF2-HMAC-SHA-256.
    const RFC_HASH: &str = "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc\
                            49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783";

    fn rfc() -> Pbkdf2 {
        Pbkdf2 {
            digest: Pbkdf2Digest::Sha256,
            iterations: NonZeroU32::MIN,
            salt: b"salt".to_vec(),
            hash: crate::hex::decode(RFC_HASH).unwrap(),
        }
    }

    #[test]
    fn a_stored_hash_is_that_of_its_text_only() {
        let hash = rfc();
        assert!(hash.is_of("passwd") && !hash.is_of("Passwd") && !hash.is_of(""));
        assert_eq!(Pbkdf2::from_stored(&hash.to_stored()), Some(hash));
        for broken in
            ["", "sha256$1$c2FsdA$", "md5$1$c2FsdA$c2FsdA", "sha256$0$c2FsdA$c2FsdA", "sha256$1$c2FsdA$c2FsdA$"]
        {
            assert_eq!(Pbkdf2::from_stored(broken), None, "{broken}");
        }
    }

    #[test]
    fn what_bcrypt_would_cut_off_is_refused() {
        let stored = |text: &str| ImportedHash {
            algorithm: ImportedAlgorithm::Bcrypt,
            hash: text.as_bytes().to_vec(),
            lookup: None,
            prefix: String::new(),
            length: None,
        };
        // One of jBCrypt's test vectors.
        let hash = stored("$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC");
        assert!(is_of(&hash, "abcdefghijklmnopqrstuvwxyz"));
        assert!(!is_of(&hash, "abcdefghijklmnopqrstuvwxyZ"));
        let long = "a".repeat(72);
        let of_long = stored(&bcrypt::hash_with_salt(&long, 4, [7; 16]).unwrap().to_string());
        assert!(!is_of(&of_long, &format!("{long}b")));
        assert_eq!(bcrypt_cost("$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC"), Some(6));
        assert_eq!(bcrypt_cost("$2a$06$short"), None);
    }
}
