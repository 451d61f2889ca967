//! Secrets of tokens: their text forms, parsing, and the hash that is stored.
//!
//! API key: `mk_`, token ID (16 bytes, 22 characters), secret (32 bytes, 43 characters), CRC-32/ISO-HDLC of everything
//! before (6 characters); 74 characters in total. Client secret: `mks_`, the same 43 characters, CRC-32 (6).

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{TokenId, base62};

/// The prefix of every API key, which secret scanners search for.
pub const API_KEY_PREFIX: &str = "mk_";
/// The `Authorization` schemes before an API key, besides `Bearer`. Other systems, whose keys can be imported, have the
/// last two.
const API_KEY_SCHEMES: [&str; 4] = ["APIToken", "ApiKey", "Api-Key", "Token"];
/// The prefix of every client secret.
pub const CLIENT_SECRET_PREFIX: &str = "mks_";
/// The length of an API key in characters.
pub const API_KEY_LENGTH: usize = 74;
const CLIENT_SECRET_LENGTH: usize = 53;
const ID_WIDTH: usize = 22;
const SECRET_WIDTH: usize = 43;
const CHECKSUM_WIDTH: usize = 6;

/// Whether an `Authorization` header with this scheme has an API key.
pub fn is_api_key_scheme(scheme: &str) -> bool {
    API_KEY_SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme))
}

/// Whether an `Authorization` header without a scheme has an API key.
pub fn is_bare_api_key(text: &str) -> bool {
    text.starts_with(API_KEY_PREFIX) || text.starts_with(crate::MEERSCHAUM_PREFIX)
}

/// The 32 random bytes of a credential. Never printed, compared or stored; erased when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; 32]);

/// SHA-256 of a [`Secret`], the only part that is stored.
///
/// A fast hash is sufficient: the input has 256 random bits, so it can't be guessed.
#[derive(Clone, Copy)]
pub struct SecretHash([u8; 32]);

/// A secret as text, to be shown once. Neither `Debug` nor `Display` prints it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretText(String);

/// A parsed API key: the ID of the claimed token, and the secret to verify.
pub struct ApiKey {
    /// The ID of the claimed token.
    pub token_id: TokenId,
    /// The secret.
    pub secret: Secret,
}

impl Secret {
    /// Creates a secret from 32 bytes of a cryptographically secure random number generator.
    pub const fn from_random(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash to store.
    pub fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.0).into())
    }

    /// The API key of this secret for a token.
    pub fn to_api_key(&self, token: TokenId) -> SecretText {
        let mut text = String::with_capacity(API_KEY_LENGTH);
        text.push_str(API_KEY_PREFIX);
        base62::encode(token.uuid().as_bytes(), ID_WIDTH, &mut text);
        base62::encode(&self.0, SECRET_WIDTH, &mut text);
        push_checksum(&mut text);
        SecretText(text)
    }

    /// The client secret, which is sent with the client ID.
    pub fn to_client_secret(&self) -> SecretText {
        let mut text = String::with_capacity(CLIENT_SECRET_LENGTH);
        text.push_str(CLIENT_SECRET_PREFIX);
        base62::encode(&self.0, SECRET_WIDTH, &mut text);
        push_checksum(&mut text);
        SecretText(text)
    }

    /// Parses a client secret. `None` if its form or checksum is wrong.
    pub fn parse_client_secret(text: &str) -> Option<Self> {
        let body = checked(text, CLIENT_SECRET_PREFIX, CLIENT_SECRET_LENGTH)?;
        base62::decode(body).map(Self)
    }
}

impl ApiKey {
    /// Parses an API key. `None` if its form or checksum is wrong, which refuses it without a query.
    pub fn parse(text: &str) -> Option<Self> {
        let body = checked(text, API_KEY_PREFIX, API_KEY_LENGTH)?;
        let (id, secret) = body.split_at(ID_WIDTH);
        Some(Self {
            token_id: TokenId::from_uuid(Uuid::from_bytes(base62::decode(id)?)),
            secret: Secret(base62::decode(secret)?),
        })
    }
}

/// A complete secret found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DetectedSecret {
    /// The API key of this token.
    ApiKey(TokenId),
    /// A client secret, which doesn't identify its token.
    ClientSecret,
    /// A signed JWT: an access token or a client assertion (RFC 7519 section 3).
    Jwt,
}

/// Finds the first complete API key, client secret or signed JWT in a text, also if white space interrupts it, as in
/// mails and terminals, or if it is percent-encoded.
pub fn find_secret(text: &str) -> Option<DetectedSecret> {
    let find = |text: &str| find_mintkey_secret(text).or_else(|| contains_jwt(text).then_some(DetectedSecret::Jwt));
    find(text).or_else(|| {
        let is_broken = text.contains(char::is_whitespace) || text.contains('%');
        is_broken.then(|| find(&rejoined(text))).flatten()
    })
}

/// Removes white space and decodes the percent-encoded characters that occur in secrets.
fn rejoined(text: &str) -> String {
    const ENCODED: [(&str, &str); 5] = [("%5F", "_"), ("%5f", "_"), ("%2D", "-"), ("%2d", "-"), ("%2E", ".")];
    let joined: String = text.split_whitespace().collect();
    ENCODED.iter().fold(joined, |text, (from, to)| text.replace(from, to))
}

/// Whether the text contains three parts of base64url separated by dots, the first two of which are JSON objects: `{"`
/// is encoded as `eyJ`.
fn contains_jwt(text: &str) -> bool {
    let is_part =
        |part: &str| part.len() >= 10 && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    text.match_indices("eyJ").any(|(at, _)| {
        let word = text[at..].split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).next();
        let mut parts = word.unwrap_or_default().split('.');
        let [header, claims, signature] = [parts.next(), parts.next(), parts.next()].map(Option::unwrap_or_default);
        claims.starts_with("eyJ") && [header, claims, signature].into_iter().all(is_part)
    })
}

fn find_mintkey_secret(text: &str) -> Option<DetectedSecret> {
    text.match_indices("mk").find_map(|(at, _)| {
        let rest = &text[at..];
        if let Some(key) = rest.get(..API_KEY_LENGTH).and_then(ApiKey::parse) {
            return Some(DetectedSecret::ApiKey(key.token_id));
        }
        rest.get(..CLIENT_SECRET_LENGTH).and_then(Secret::parse_client_secret).map(|_| DetectedSecret::ClientSecret)
    })
}

/// Whether a text contains a complete API key, client secret or signed JWT, which others must not see.
pub fn contains_secret(text: &str) -> bool {
    find_secret(text).is_some()
}

impl SecretHash {
    /// Wraps a hash from a database row.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for a database row.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether both hashes are equal, compared in constant time.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl SecretText {
    /// Wraps a text that grants access to its holder, such as a single-use link.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret, for the response that shows it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Writes the secret into the one answer that shows it: by `serialize_with`, field by field, since a type that can be
    /// serialized could get anywhere.
    pub fn show<'a, S: serde::Serializer>(
        secret: impl Into<Option<&'a Self>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serde::Serialize::serialize(&secret.into().map(Self::expose), serializer)
    }

    /// `mk_…` and the last four characters: enough to identify a key, but not to use it.
    pub fn hint(&self) -> String {
        format!("{API_KEY_PREFIX}…{}", &self.0[self.0.len() - 4..])
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl<'de> serde::Deserialize<'de> for SecretText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

/// A single-use code of 128 bits as text: 22 characters.
pub fn base62_code(random: [u8; 16]) -> String {
    let mut text = String::with_capacity(ID_WIDTH);
    base62::encode(&random, ID_WIDTH, &mut text);
    text
}

fn push_checksum(text: &mut String) {
    let sum = crc32fast::hash(text.as_bytes());
    base62::encode(&sum.to_be_bytes(), CHECKSUM_WIDTH, text);
}

/// Returns the part between prefix and checksum if both are correct.
fn checked<'a>(text: &'a str, prefix: &str, length: usize) -> Option<&'a [u8]> {
    let bytes = text.as_bytes();
    if bytes.len() != length || !bytes.starts_with(prefix.as_bytes()) {
        return None;
    }
    let (rest, sum) = bytes.split_at(length - CHECKSUM_WIDTH);
    let expected = base62::decode::<4>(sum).map(u32::from_be_bytes)?;
    (crc32fast::hash(rest) == expected).then(|| &rest[prefix.len()..])
}

macro_rules! redacted_debug {
    ($($name:ident)+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }
    )+};
}
redacted_debug! { Secret SecretHash SecretText ApiKey }

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> (TokenId, Secret) {
        let id = Uuid::from_u128(0x0193_5000_0000_7000_8000_0000_0000_0001);
        (TokenId::from_uuid(id), Secret::from_random([7; 32]))
    }

    #[test]
    fn an_api_key_has_74_characters_and_comes_back() {
        let (id, secret) = sample();
        let key = secret.to_api_key(id);
        assert_eq!(key.expose().len(), 74);
        let read = ApiKey::parse(key.expose()).unwrap();
        assert_eq!(read.token_id, id);
        assert!(read.secret.hash().matches(&secret.hash()));
    }

    #[test]
    fn a_client_secret_comes_back() {
        let (_, secret) = sample();
        let text = secret.to_client_secret();
        assert!(text.expose().starts_with("mks_") && text.expose().len() == 53);
        let read = Secret::parse_client_secret(text.expose()).unwrap();
        assert!(read.hash().matches(&secret.hash()));
    }

    #[test]
    fn every_single_mistyped_character_is_refused() {
        let (id, secret) = sample();
        let key = secret.to_api_key(id);
        for at in 0..key.expose().len() {
            let mut bytes = key.expose().as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'a' { b'b' } else { b'a' };
            let wrong = String::from_utf8(bytes).unwrap();
            assert!(ApiKey::parse(&wrong).is_none(), "position {at}");
        }
    }

    #[test]
    fn a_secret_is_found_wherever_it_stands_in_a_text() {
        let (id, secret) = sample();
        let (key, client_secret) = (secret.to_api_key(id), secret.to_client_secret());
        for text in [key.expose(), client_secret.expose(), &format!("ä mk_ {}!", key.expose())] {
            assert!(contains_secret(text));
        }
        for broken in
            [key.expose().replace('_', "%5F"), format!("a {}\r\n{}", &key.expose()[..30], &key.expose()[30..])]
        {
            assert!(contains_secret(&broken), "{broken}");
        }
        let jwt = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwIn0.c2lnbmF0dXJlIQ";
        assert_eq!(find_secret(&format!("/login?next={jwt}&a=b")), Some(DetectedSecret::Jwt));
        for text in ["", "mk_", "the mk_ prefix", &key.expose()[1..], &key.expose()[..73], "eyJ.eyJ.x", &jwt[..44]] {
            assert!(!contains_secret(text));
        }
    }

    #[test]
    fn nothing_secret_is_printed() {
        let (id, secret) = sample();
        let key = secret.to_api_key(id);
        let printed = format!("{secret:?} {key:?} {:?} {:?}", secret.hash(), ApiKey::parse(key.expose()));
        assert_eq!(printed, "Secret(hidden) SecretText(hidden) SecretHash(hidden) Some(ApiKey(hidden))");
    }

    #[test]
    fn the_hint_is_the_prefix_and_the_last_four() {
        let (id, secret) = sample();
        let key = secret.to_api_key(id);
        assert_eq!(key.hint(), format!("mk_…{}", &key.expose()[70..]));
    }
}
