//! The secrets of imported tokens: hashes as other systems store them, and keys as text.

use deserr::Deserr;
use mintkey_domain::{
    API_KEY_PREFIX, FieldCode, FieldErrors, IMPORTED_KEY_LENGTHS, ImportedAlgorithm, ImportedKeyPattern, KeyLookup,
    MEERSCHAUM_PREFIX, SecretText, Timestamp, has_own_prefix, is_imported_key, request::RequestErrors,
};
use mintkey_store::{ImportedHash, StoredHash};
use sha2::{Digest, Sha256};

use super::hash_text::{Reported, decode, encoded, pbkdf2};
use crate::imported_keys::{Pbkdf2, Pbkdf2Digest};

/// The shortest part that identifies a key: a shorter one is soon that of two keys.
const MIN_LOOKUP: usize = 6;
const MAX_LOOKUP: usize = 48;
/// The least of a key that isn't its look-up.
const MIN_SECRET: usize = 8;
const MAX_PREFIX: usize = 48;

/// The names of the fields of [`SecretLine`] that a token with one secret can have beside its own.
pub(super) const SECRET_FIELDS: [&str; 11] = [
    "key",
    "algorithm",
    "hash",
    "encoding",
    "salt",
    "salt_encoding",
    "iterations",
    "prefix",
    "length",
    "lookup",
    "lookup_at",
];

/// A secret as it is given.
#[derive(Deserr)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
pub(super) struct SecretLine {
    /// The key itself, instead of its hash.
    #[deserr(default, from(String) = secret)]
    key: Option<SecretText>,
    /// `sha256`, `sha512`, `pbkdf2_sha1`, `pbkdf2_sha256`, `pbkdf2_sha512`, `bcrypt` or `mintkey`; found out from an
    /// encoded hash such as `$2b$…` if left out.
    #[deserr(default)]
    algorithm: Option<String>,
    #[deserr(default)]
    hash: Option<String>,
    /// `hex` or `base64`; found out for a digest of known length.
    #[deserr(default)]
    encoding: Option<String>,
    #[deserr(default)]
    salt: Option<String>,
    /// `text` (the default), `hex` or `base64`.
    #[deserr(default)]
    salt_encoding: Option<String>,
    #[deserr(default)]
    iterations: Option<u32>,
    /// What each key of this kind begins with.
    #[deserr(default)]
    prefix: Option<String>,
    /// The length of each key of this kind.
    #[deserr(default)]
    length: Option<usize>,
    /// The part of the key that isn't secret and identifies it.
    #[deserr(default)]
    lookup: Option<String>,
    /// Where that part is in the key: `start` (the default) or `end`.
    #[deserr(default)]
    lookup_at: Option<String>,
    #[deserr(default)]
    expires_at: Option<Timestamp>,
    #[deserr(default)]
    created_at: Option<Timestamp>,
}

/// A secret that can be stored.
pub(super) struct Secret {
    pub(super) hash: StoredHash,
    /// What identifies the key for people.
    pub(super) hint: String,
    pub(super) created_at: Option<Timestamp>,
    pub(super) expires_at: Option<Timestamp>,
}

#[expect(clippy::unnecessary_wraps, reason = "the type of the field")]
fn secret(text: String) -> Option<SecretText> {
    Some(SecretText::new(text))
}

impl Secret {
    /// Whether the hash is a fast one, which only protects keys that can't be guessed.
    pub(super) fn is_fast(&self) -> bool {
        self.hash.imported().is_some_and(|hash| !is_slow(hash.algorithm))
    }

    /// Whether it is one of Mintkey's own.
    pub(super) const fn is_own(&self) -> bool {
        matches!(self.hash, StoredHash::Mintkey(_))
    }

    /// What its key looks like; `None` for a slow hash without a look-up, whose client ID names the token.
    pub(super) fn pattern(&self) -> Option<ImportedKeyPattern> {
        let hash = self.hash.imported()?;
        (!is_slow(hash.algorithm) || hash.lookup.is_some()).then(|| hash.pattern())
    }

    /// Identifies an imported key.
    pub(super) fn fingerprint(&self) -> Option<[u8; 32]> {
        self.hash.imported().map(ImportedHash::fingerprint)
    }
}

impl SecretLine {
    /// Checks the fields.
    pub(super) fn check(self) -> Result<Secret, FieldErrors> {
        let mut errors = FieldErrors::new();
        let hash = self.hash(&mut errors);
        let hash = hash.map(|hash| match hash {
            StoredHash::Imported(hash) => StoredHash::Imported(self.with_pattern(hash, &mut errors)),
            own @ StoredHash::Mintkey(_) => own,
        });
        let (created_at, expires_at) = (self.created_at, self.expires_at);
        errors.finish(hash.map(|hash| Secret { hint: self.hint(&hash), hash, created_at, expires_at }))
    }

    fn hash(&self, errors: &mut FieldErrors) -> Option<StoredHash> {
        let text = match (&self.key, &self.hash) {
            (Some(key), None) => return self.hash_of(key, errors),
            (None, Some(hash)) => hash,
            (Some(_), Some(_)) => {
                errors.push("key", FieldCode::Conflict, "Give the key or its hash, not both.");
                return None;
            }
            (None, None) => {
                let message = "Give the hash of the key. An export has it with --with-hashes.";
                errors.push("hash", FieldCode::Required, message);
                return None;
            }
        };
        match encoded(text, errors) {
            Err(Reported) => return None,
            Ok(Some(hash)) => {
                self.check_encoded(&hash, errors);
                return Some(StoredHash::Imported(hash));
            }
            Ok(None) => {}
        }
        let Some(algorithm) = &self.algorithm else {
            errors.push("algorithm", FieldCode::Required, "Say how the hash was computed: sha256, for example.");
            return None;
        };
        let imported = |algorithm, hash| StoredHash::Imported(ImportedHash::new(algorithm, hash));
        match algorithm.as_str() {
            "mintkey" => {
                let hash = self.digest::<32>(text, errors)?;
                Some(StoredHash::Mintkey(hash))
            }
            "sha256" => Some(imported(ImportedAlgorithm::Sha256, self.digest::<32>(text, errors)?.to_vec())),
            "sha512" => Some(imported(ImportedAlgorithm::Sha512, self.digest::<64>(text, errors)?.to_vec())),
            "bcrypt" => {
                errors.push("hash", FieldCode::InvalidFormat, "Expected a bcrypt hash in its usual form: $2b$12$…");
                None
            }
            name => {
                let name = if name == "pbkdf2" { "pbkdf2_sha256" } else { name };
                let Some(digest) = name.strip_prefix("pbkdf2_").and_then(Pbkdf2Digest::named) else {
                    let message = "Expected one of sha256, sha512, pbkdf2_sha1, pbkdf2_sha256, pbkdf2_sha512, bcrypt, \
                                   mintkey.";
                    errors.push("algorithm", FieldCode::InvalidFormat, message);
                    return None;
                };
                let hash = decode(text, self.encoding.as_deref().unwrap_or("base64"), "hash", errors);
                let salt = self.salt.as_deref().unwrap_or_default();
                let salt = match self.salt_encoding.as_deref().unwrap_or("text") {
                    "text" => Some(salt.as_bytes().to_vec()),
                    encoding => decode(salt, encoding, "salt", errors),
                };
                pbkdf2(digest, self.iterations.unwrap_or(0), salt?, hash?, errors)
                    .map(|hash| imported(ImportedAlgorithm::Pbkdf2, hash))
            }
        }
    }

    /// Refuses fields that contradict a hash which says itself how it was computed. Its encoding is that of its form.
    fn check_encoded(&self, hash: &ImportedHash, errors: &mut FieldErrors) {
        let stored = String::from_utf8_lossy(&hash.hash);
        let name = match hash.algorithm {
            ImportedAlgorithm::Sha256 => "sha256",
            ImportedAlgorithm::Sha512 => "sha512",
            ImportedAlgorithm::Bcrypt => "bcrypt",
            ImportedAlgorithm::Pbkdf2 => Pbkdf2::from_stored(&stored).map_or("pbkdf2", |hash| hash.digest.algorithm()),
        };
        let is_it =
            |given: &String| given == name || (given == "pbkdf2" && hash.algorithm == ImportedAlgorithm::Pbkdf2);
        if !self.algorithm.as_ref().is_none_or(is_it) {
            errors.push("algorithm", FieldCode::Mismatch, format!("The hash says that it is {name}."));
        }
        self.refuse_parameters("The hash has this in itself. Leave it out.", errors);
    }

    fn refuse_parameters(&self, message: &'static str, errors: &mut FieldErrors) {
        let parameters = [
            ("salt", self.salt.is_some()),
            ("salt_encoding", self.salt_encoding.is_some()),
            ("iterations", self.iterations.is_some()),
        ];
        for (field, _) in parameters.into_iter().filter(|(_, is_given)| *is_given) {
            errors.push(field, FieldCode::Conflict, message);
        }
    }

    fn hash_of(&self, key: &SecretText, errors: &mut FieldErrors) -> Option<StoredHash> {
        const ABOUT_A_HASH: &str = "This is about a hash, and the key itself is given. Leave it out.";
        for (field, is_given) in [("algorithm", self.algorithm.is_some()), ("encoding", self.encoding.is_some())] {
            if is_given {
                errors.push(field, FieldCode::Conflict, ABOUT_A_HASH);
            }
        }
        self.refuse_parameters(ABOUT_A_HASH, errors);
        if !is_imported_key(key.expose()) {
            errors.push("key", FieldCode::InvalidFormat, KEY_RULE);
            return None;
        }
        if key.expose().starts_with(MEERSCHAUM_PREFIX) {
            errors.push("key", FieldCode::InvalidFormat, MEERSCHAUM_RULE);
        }
        if self.length.is_some_and(|length| length != key.expose().len()) {
            errors.push("length", FieldCode::Mismatch, "The key has another length.");
        }
        if self.prefix.as_ref().is_some_and(|prefix| !key.expose().starts_with(prefix.as_str())) {
            errors.push("prefix", FieldCode::Mismatch, "The key begins with something else.");
        }
        let hash = Sha256::digest(key.expose()).to_vec();
        Some(StoredHash::Imported(ImportedHash::new(ImportedAlgorithm::Sha256, hash)))
    }

    fn hint(&self, hash: &StoredHash) -> String {
        let StoredHash::Imported(hash) = hash else { return format!("{API_KEY_PREFIX}…") };
        match (&self.lookup, self.lookup_at.as_deref()) {
            (Some(end), Some("end")) => format!("{}…{end}", hash.prefix),
            (Some(start), _) => format!("{start}…"),
            (None, _) => format!("{}…", hash.prefix),
        }
    }

    /// Adds what the key looks like.
    fn with_pattern(&self, hash: ImportedHash, errors: &mut FieldErrors) -> ImportedHash {
        let length = self.length;
        if length.is_some_and(|length| !IMPORTED_KEY_LENGTHS.contains(&length)) {
            errors.push("length", FieldCode::InvalidFormat, LENGTH_RULE);
        }
        let prefix = self.prefix.clone().unwrap_or_default();
        if has_own_prefix(&prefix) || prefix.len() > MAX_PREFIX || !is_visible(&prefix) {
            errors.push("prefix", FieldCode::InvalidFormat, PREFIX_RULE);
        }
        let lookup = self.lookup.as_deref().and_then(|text| self.lookup(text, &hash, &prefix, errors));
        ImportedHash { lookup, prefix, length, ..hash }
    }

    fn lookup(&self, text: &str, hash: &ImportedHash, prefix: &str, errors: &mut FieldErrors) -> Option<KeyLookup> {
        let most = self.length.map_or(MAX_LOOKUP, |length| MAX_LOOKUP.min(length.saturating_sub(MIN_SECRET)));
        if !(MIN_LOOKUP..=most).contains(&text.len()) || !is_visible(text) {
            let message = format!(
                "Expected the part of the key that isn't secret: {MIN_LOOKUP} to {MAX_LOOKUP} visible ASCII characters, and at \
                 least {MIN_SECRET} of the key are beside it."
            );
            errors.push("lookup", FieldCode::InvalidFormat, message);
        }
        let lookup = match self.lookup_at.as_deref().unwrap_or("start") {
            "start" if text.starts_with(prefix) || prefix.starts_with(text) => Some(KeyLookup::Start(text.to_owned())),
            "start" => {
                errors.push("lookup", FieldCode::Mismatch, "It begins the key, so it has to begin with the prefix.");
                None
            }
            "end" => Some(KeyLookup::End(text.to_owned())),
            _ => {
                errors.push("lookup_at", FieldCode::InvalidFormat, "Expected start or end.");
                None
            }
        };
        // A key with a fast hash is found by that itself.
        lookup.filter(|_| is_slow(hash.algorithm))
    }

    /// A digest of a fixed length, in hexadecimal or Base64 of either alphabet.
    fn digest<const BYTES: usize>(&self, text: &str, errors: &mut FieldErrors) -> Option<[u8; BYTES]> {
        let encoding = self.encoding.as_deref().unwrap_or(if text.len() == BYTES * 2 { "hex" } else { "base64" });
        let bytes = decode(text, encoding, "hash", errors)?;
        let digest = bytes.try_into().ok();
        if digest.is_none() {
            errors.push("hash", FieldCode::InvalidFormat, format!("Expected {BYTES} bytes in hex or Base64."));
        }
        digest
    }
}

const LENGTH_RULE: &str = "Keys have 16 to 512 characters.";
const KEY_RULE: &str = "Expected 16 to 512 visible ASCII characters that don't begin with mk_ or mks_.";
const MEERSCHAUM_RULE: &str = "This has two parts, in Base64: give the id, and the secret as the key.";
const PREFIX_RULE: &str = "Expected at most 48 visible ASCII characters that don't begin with mk_ or mks_.";

fn is_visible(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

const fn is_slow(algorithm: ImportedAlgorithm) -> bool {
    matches!(algorithm, ImportedAlgorithm::Pbkdf2 | ImportedAlgorithm::Bcrypt)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn check(fields: Value) -> Result<Secret, Vec<String>> {
        let line = deserr::deserialize::<SecretLine, _, RequestErrors>(fields).map_err(|errors| errors.0);
        let checked = line.and_then(SecretLine::check);
        checked.map_err(|errors| errors.iter().map(|error| error.field.to_string()).collect())
    }

    fn hash(fields: Value) -> ImportedHash {
        match check(fields).ok().map(|secret| secret.hash) {
            Some(StoredHash::Imported(hash)) => hash,
            _ => panic!("no imported hash"),
        }
    }

    #[test]
    fn a_digest_is_read_in_each_encoding() {
        let digest = [0xfb; 32];
        for text in [
            "fb".repeat(32),
            "FB".repeat(32),
            "+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=".to_owned(),
            "-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s".to_owned(),
        ] {
            assert_eq!(hash(json!({"algorithm": "sha256", "hash": text})).hash, digest, "{text}");
        }
        assert_eq!(check(json!({"algorithm": "sha512", "hash": "fb".repeat(32)})).err().unwrap(), ["hash"]);
    }

    #[test]
    fn a_hash_that_says_how_it_was_computed_may_be_named_too() {
        for (algorithm, text) in [
            ("bcrypt", "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC"),
            ("pbkdf2", "pbkdf2_sha256$1000$Xy7saltQ1$0qLtO3W6SI6YWsaB0Y6km5Uyy9YIYn4vDSGtDA2tEDQ="),
            ("pbkdf2_sha256", "$pbkdf2-sha256$1000$AAECAwQFBgcICQoLDA0ODw$/AZrPKeSyOjZLYNZD.3hkEF2qwuoOLRQdC8sTqaQGqI"),
        ] {
            let fields = json!({"algorithm": algorithm, "encoding": "base64", "hash": text, "lookup": "abcdef"});
            assert!(check(fields).is_ok(), "{algorithm}");
        }
    }

    #[test]
    fn fields_that_contradict_each_other_are_refused() {
        let bcrypt = "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC";
        let sha256 = "fb".repeat(32);
        for (fields, wrong) in [
            (json!({"key": "0123456789abcdef", "hash": sha256}), "key"),
            (json!({"key": "0123456789abcdef", "algorithm": "sha256"}), "algorithm"),
            (json!({"key": "0123456789abcdef", "length": 17}), "length"),
            (json!({"key": "0123456789abcdef", "prefix": "x"}), "prefix"),
            (json!({"hash": bcrypt, "iterations": 7}), "iterations"),
            (json!({"hash": bcrypt, "lookup": "abcdef", "algorithm": "sha256"}), "algorithm"),
            (json!({"hash": bcrypt, "lookup": "abcdef", "prefix": "sk_"}), "lookup"),
            (json!({"hash": bcrypt, "lookup": "abc"}), "lookup"),
            (json!({"hash": bcrypt, "lookup": "abcdef", "lookup_at": "middle"}), "lookup_at"),
            (json!({"hash": sha256, "algorithm": "sha256", "prefix": "mk_"}), "prefix"),
            (json!({"hash": sha256, "algorithm": "sha256", "length": 9}), "length"),
        ] {
            assert_eq!(check(fields.clone()).err().unwrap_or_default(), [wrong], "{fields}");
        }
    }

    #[test]
    fn the_hint_of_a_key_is_what_is_known_of_it() {
        let hint = |fields| check(fields).ok().unwrap().hint;
        let bcrypt = "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC";
        assert_eq!(hint(json!({"key": "ghp_0123456789abcdef", "prefix": "ghp_"})), "ghp_…");
        assert_eq!(hint(json!({"hash": bcrypt, "lookup": "sk_live_12", "prefix": "sk_live_"})), "sk_live_12…");
        assert_eq!(hint(json!({"hash": bcrypt, "lookup": "00c0ffee", "lookup_at": "end"})), "…00c0ffee");
        let sha256 = json!({"hash": "fb".repeat(32), "algorithm": "sha256", "prefix": "uk_", "lookup": "uk_3ZCw"});
        assert_eq!(hint(sha256), "uk_3ZCw…");
    }
}
