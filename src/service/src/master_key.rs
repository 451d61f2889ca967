//! The master key: encrypts signing keys at rest. Token hashes don't need it.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, Salt},
    signature::Ed25519KeyPair,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{Environment, Error, Result};

/// The HKDF context of the checkpoint key.
const CHECKPOINT_KEY: &[u8] = b"mintkey audit checkpoint key 1";

/// 32 bytes, written as base64. Never logged.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// Generates a random key.
    pub fn generate(environment: &Environment) -> Self {
        Self(environment.random())
    }

    /// Parses base64 (44 characters) or hexadecimal (64); `None` if it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bytes = if text.len() == 64 {
            Zeroizing::new(crate::hex::decode(text)?)
        } else {
            Zeroizing::new(STANDARD.decode(text).ok()?)
        };
        bytes.as_slice().try_into().ok().map(Self)
    }

    /// Encodes it as base64, for its file.
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.0))
    }

    /// Encrypts with AES-256-GCM; decryption needs the same `context`. The nonce precedes the ciphertext.
    pub(crate) fn seal(&self, environment: &Environment, context: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE_LEN] = environment.random();
        let mut text = Zeroizing::new(plain.to_vec());
        let tag = self
            .key()?
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut text)
            .map_err(|_| Error::Crypto("sealing under the master key"))?;
        Ok([nonce.as_slice(), &text, tag.as_ref()].concat())
    }

    /// Decrypts the output of [`seal`](Self::seal).
    pub(crate) fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let wrong = Error::Crypto("the master key does not open what the database holds");
        let Some((nonce, text)) = sealed.split_first_chunk::<NONCE_LEN>() else { return Err(wrong) };
        let mut text = Zeroizing::new(text.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let Ok(plain) = self.key()?.open_in_place(nonce, Aad::from(context), &mut text) else { return Err(wrong) };
        let length = plain.len();
        text.truncate(length);
        Ok(text)
    }

    /// The key pair that signs audit log checkpoints, derived from the master key at each start: Ed25519 (RFC 8032)
    /// with a seed from HKDF-SHA256 (RFC 5869). It isn't stored, so that access to the database isn't enough to sign.
    pub(crate) fn checkpoint_key(&self) -> Result<Ed25519KeyPair> {
        let failed = |_| Error::Crypto("deriving the checkpoint key");
        let secret = Salt::new(HKDF_SHA256, &[]).extract(&self.0);
        let mut seed = Zeroizing::new([0; 32]);
        secret.expand(&[CHECKPOINT_KEY], HKDF_SHA256).and_then(|key| key.fill(seed.as_mut())).map_err(failed)?;
        Ed25519KeyPair::from_seed_unchecked(seed.as_ref()).map_err(|_| Error::Crypto("deriving the checkpoint key"))
    }

    fn key(&self) -> Result<LessSafeKey> {
        let key = UnboundKey::new(&AES_256_GCM, &self.0).map_err(|_| Error::Crypto("the master key"))?;
        Ok(LessSafeKey::new(key))
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(hidden)")
    }
}
