//! In-memory keys for access tokens: the current signing key, and the keys that verify signatures.

use std::{fmt, str::FromStr};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, Signature},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Header};
use mintkey_domain::{SigningKeyId, Timestamp};
use mintkey_store::SigningKey;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{TYPE, verified_cache::VerifiedTokenCache};
use crate::{Environment, Error, MasterKey, Result};

/// The signature algorithm of access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningAlgorithm {
    /// ECDSA on P-256 with SHA-256 (RFC 7518 section 3.4).
    Es256,
    /// Ed25519 (RFC 8037 section 3.1).
    EdDsa,
}

/// The text names no supported signing algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownAlgorithm;

/// All keys of the database, parsed once.
pub(crate) struct Keys {
    /// The rows that the keys were parsed from.
    rows: Vec<SigningKey>,
    /// Sorted by the time from which each key signs, the latest first.
    signing: Vec<Signing>,
    verifying: Vec<Verifying>,
    /// Verified signatures are cached beside the keys that verified them, so that they are dropped together.
    pub(super) verified_cache: VerifiedTokenCache,
}

/// A signing key. The library would parse the key for each signature, which costs four times the signature.
pub(super) struct Signing {
    pair: Pair,
    /// The JWS header (RFC 7515 section 4) of every token: encoded, with the trailing dot.
    head: String,
    from: Timestamp,
}

enum Pair {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

pub(super) struct Verifying {
    kid: String,
    /// The only algorithm accepted with this key, whatever a token's header says.
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
    jwk: Value,
    until: Option<Timestamp>,
}

impl SigningAlgorithm {
    /// The `alg` value (RFC 7518 section 3.1).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    const fn jws(self) -> Algorithm {
        match self {
            Self::Es256 => Algorithm::ES256,
            Self::EdDsa => Algorithm::EdDSA,
        }
    }
}

impl FromStr for SigningAlgorithm {
    type Err = UnknownAlgorithm;

    fn from_str(text: &str) -> std::result::Result<Self, UnknownAlgorithm> {
        [Self::Es256, Self::EdDsa].into_iter().find(|known| known.as_str() == text).ok_or(UnknownAlgorithm)
    }
}

impl fmt::Display for SigningAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Keys {
    /// Parses and decrypts the stored keys. Skips rows with an unreadable public key.
    ///
    /// # Errors
    /// If the master key doesn't decrypt a private key: the master key is more likely wrong than the row damaged.
    pub(crate) fn open(rows: Vec<SigningKey>, master: &MasterKey) -> Result<Self> {
        let (mut signing, mut verifying) = (Vec::new(), Vec::new());
        for row in &rows {
            let Ok((algorithm, public)) = Verifying::read(row) else {
                tracing::error!(key = %row.id, "a stored signing key can't be read and is left out");
                continue;
            };
            if row.active {
                let private = master.open(row.id.uuid().as_bytes(), &row.private_encrypted)?;
                signing.push(Signing::open(algorithm, &public.kid, &private, row.active_from)?);
            }
            verifying.push(public);
        }
        signing.sort_by_key(|key| std::cmp::Reverse(key.from));
        Ok(Self { rows, signing, verifying, verified_cache: VerifiedTokenCache::default() })
    }

    /// Whether these rows are the ones that the keys were parsed from.
    pub(crate) fn are(&self, rows: &[SigningKey]) -> bool {
        self.rows == rows
    }

    /// The key that most recently became active. If the clock lags behind all keys, the earliest one.
    pub(super) fn signing(&self, now: Timestamp) -> Option<&Signing> {
        self.signing.iter().find(|key| key.from <= now).or_else(|| self.signing.last())
    }

    pub(super) fn verifying(&self, kid: &str) -> Option<&Verifying> {
        self.verifying.iter().find(|key| key.kid == kid)
    }

    /// The public keys that haven't retired (RFC 7517 section 5).
    pub(super) fn jwks(&self, now: Timestamp) -> Value {
        let keys = self.verifying.iter().filter(|key| key.until.is_none_or(|until| until > now));
        json!({ "keys": keys.map(|key| &key.jwk).collect::<Vec<_>>() })
    }
}

impl Verifying {
    /// Parses the public key of a row, or returns the unreadable column.
    fn read(row: &SigningKey) -> std::result::Result<(SigningAlgorithm, Self), &'static str> {
        const JWK: &str = "public_jwk";
        let algorithm: SigningAlgorithm = row.algorithm.parse().map_err(|_| "algorithm")?;
        let jwk: Value = serde_json::from_str(&row.public_jwk).map_err(|_| JWK)?;
        let part = |name: &str| jwk[name].as_str().ok_or(JWK);
        let key = match algorithm {
            SigningAlgorithm::Es256 => DecodingKey::from_ec_components(part("x")?, part("y")?),
            SigningAlgorithm::EdDsa => DecodingKey::from_ed_components(part("x")?),
        };
        let (key, kid) = (key.map_err(|_| JWK)?, row.id.to_string());
        Ok((algorithm, Self { kid, algorithm: algorithm.jws(), key, jwk, until: row.retires_at }))
    }
}

/// The columns of a row that can't be read.
pub(crate) fn unreadable_columns(row: &SigningKey) -> Vec<&'static str> {
    Verifying::read(row).err().into_iter().collect()
}

impl Signing {
    fn open(algorithm: SigningAlgorithm, kid: &str, private: &[u8], from: Timestamp) -> Result<Self> {
        let damaged = || Error::Crypto("a stored private key is damaged");
        let pair = match algorithm {
            SigningAlgorithm::Es256 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, private).map(Pair::P256)
            }
            SigningAlgorithm::EdDsa => Ed25519KeyPair::from_pkcs8(private).map(Pair::Ed25519),
        };
        let mut header = Header::new(algorithm.jws());
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(kid.to_owned());
        let header = serde_json::to_vec(&header).map_err(|_| damaged())?;
        let head = format!("{}.", URL_SAFE_NO_PAD.encode(header));
        Ok(Self { pair: pair.map_err(|_| damaged())?, head, from })
    }

    /// The payload as a signed JWS in compact serialization (RFC 7515 section 3.1).
    pub(super) fn sign(&self, payload: &[u8]) -> Result<String> {
        let message = [&self.head, URL_SAFE_NO_PAD.encode(payload).as_str()].concat();
        let signature = URL_SAFE_NO_PAD.encode(self.pair.sign(message.as_bytes())?);
        Ok([message.as_str(), ".", &signature].concat())
    }
}

impl Pair {
    #[expect(clippy::disallowed_methods, reason = "the library takes no generator but its own")]
    fn sign(&self, message: &[u8]) -> Result<Signature> {
        match self {
            Self::P256(pair) => {
                pair.sign(&SystemRandom::new(), message).map_err(|_| Error::Crypto("signing an access token"))
            }
            Self::Ed25519(pair) => Ok(pair.sign(message)),
        }
    }
}

/// Generates a key that signs from this time on.
pub(crate) fn new_key(
    algorithm: SigningAlgorithm,
    from: Timestamp,
    master: &MasterKey,
    environment: &Environment,
) -> Result<SigningKey> {
    let now = environment.now();
    let id = SigningKeyId::new(now, environment.random());
    let (private, mut public) = match algorithm {
        SigningAlgorithm::Es256 => p256()?,
        SigningAlgorithm::EdDsa => ed25519()?,
    };
    for (name, value) in [("alg", algorithm.as_str()), ("use", "sig"), ("kid", &id.to_string())] {
        public[name] = value.into();
    }
    Ok(SigningKey {
        id,
        algorithm: algorithm.to_string(),
        public_jwk: public.to_string(),
        private_encrypted: master.seal(environment, id.uuid().as_bytes(), &private)?,
        active: true,
        active_from: from,
        created_at: now,
        retires_at: None,
    })
}

/// A P-256 key pair: PKCS #8, and its JWK (RFC 7518 section 6.2).
#[expect(clippy::disallowed_methods, reason = "the library makes keys from its own generator only")]
fn p256() -> Result<(Zeroizing<Vec<u8>>, Value)> {
    let failed = || Error::Crypto("making a signing key");
    let private = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    let private = private.map_err(|_| failed())?;
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, private.as_ref()).map_err(|_| failed())?;
    // An uncompressed point: 0x04, then x and y with 32 bytes each.
    let point = pair.public_key().as_ref();
    let (Some(x), Some(y)) = (point.get(1..33), point.get(33..65)) else { return Err(failed()) };
    let public = json!({
        "kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
    });
    Ok((Zeroizing::new(private.as_ref().to_vec()), public))
}

/// An Ed25519 key pair: PKCS #8, and its JWK (RFC 8037 section 2).
#[expect(clippy::disallowed_methods, reason = "the library makes keys from its own generator only")]
fn ed25519() -> Result<(Zeroizing<Vec<u8>>, Value)> {
    let failed = || Error::Crypto("making a signing key");
    let private = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| failed())?;
    let pair = Ed25519KeyPair::from_pkcs8(private.as_ref()).map_err(|_| failed())?;
    let public = json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()) });
    Ok((Zeroizing::new(private.as_ref().to_vec()), public))
}
