//! The private key of an authority, as the certificate builder takes it; and public keys, to verify what they signed.

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rand::SystemRandom,
    rsa,
    signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA384_ASN1_SIGNING,
        ED25519, EcdsaKeyPair, KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
        RSA_PKCS1_2048_8192_SHA512, RSA_PKCS1_SHA256, UnparsedPublicKey, VerificationAlgorithm,
    },
};
use x509_cert::{
    der::{
        Any, Decode, Document,
        asn1::{BitString, Null, ObjectIdentifier},
    },
    spki::{
        self, AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier, EncodePublicKey, SignatureBitStringEncoding,
        SubjectPublicKeyInfoOwned,
    },
};
use zeroize::Zeroizing;

use super::failed;
use crate::{Error, Result};

/// Object identifiers of RFC 5480 sections 2.1.1 and 2.1.1.1, RFC 5758 section 3.2, RFC 8017 appendix A and RFC 8410.
pub(super) mod oid {
    use x509_cert::der::asn1::ObjectIdentifier;

    pub(crate) const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
    pub(crate) const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
    pub(crate) const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
    pub(crate) const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
    pub(crate) const ECDSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
    pub(crate) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
    pub(crate) const RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
    pub(crate) const RSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12");
    pub(crate) const RSA_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13");
    pub(crate) const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
}

/// A key pair that signs certificates.
pub(super) struct SigningKey {
    pair: Pair,
    algorithm: AlgorithmIdentifierOwned,
    public: PublicKey,
}

enum Pair {
    Ecdsa(EcdsaKeyPair),
    Rsa(rsa::KeyPair),
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PublicKey(pub(super) SubjectPublicKeyInfoOwned);

/// A signature in the form of its algorithm.
pub(super) struct Signature(Vec<u8>);

/// Generates a key pair on P-256 and returns it as PKCS#8 (RFC 5208).
pub(super) fn generate() -> Result<Zeroizing<Vec<u8>>> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(failed)?;
    Ok(Zeroizing::new(pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec()))
}

impl SigningKey {
    /// Reads a private key on P-256 or P-384, or for RSA: PKCS#8, SEC 1 (RFC 5915) or PKCS#1 (RFC 8017), in DER. `None` for
    /// any other.
    pub(super) fn from_der(der: &[u8]) -> Option<Self> {
        let ecdsa = [
            (&ECDSA_P256_SHA256_ASN1_SIGNING, oid::ECDSA_SHA256),
            (&ECDSA_P384_SHA384_ASN1_SIGNING, oid::ECDSA_SHA384),
        ];
        let (pair, oid, parameters) = ecdsa
            .into_iter()
            .find_map(|(algorithm, oid)| {
                let pair = EcdsaKeyPair::from_private_key_der(algorithm, der).ok()?;
                Some((Pair::Ecdsa(pair), oid, None))
            })
            .or_else(|| {
                let pair = rsa::KeyPair::from_pkcs8(der).or_else(|_| rsa::KeyPair::from_der(der)).ok()?;
                Some((Pair::Rsa(pair), oid::RSA_SHA256, Some(Any::from(Null))))
            })?;
        let public: PublicKeyX509Der<'_> = match &pair {
            Pair::Ecdsa(pair) => pair.public_key().as_der().ok()?,
            Pair::Rsa(pair) => pair.public_key().as_der().ok()?,
        };
        let public = PublicKey(SubjectPublicKeyInfoOwned::from_der(public.as_ref()).ok()?);
        Some(Self { pair, algorithm: AlgorithmIdentifierOwned { oid, parameters }, public })
    }

    pub(super) const fn public(&self) -> &PublicKey {
        &self.public
    }
}

impl signature::Keypair for SigningKey {
    type VerifyingKey = PublicKey;

    fn verifying_key(&self) -> PublicKey {
        self.public.clone()
    }
}

impl signature::Signer<Signature> for SigningKey {
    #[expect(clippy::disallowed_methods, reason = "the library takes no generator but its own")]
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Signature, signature::Error> {
        let random = SystemRandom::new();
        let signed = match &self.pair {
            Pair::Ecdsa(pair) => pair.sign(&random, message).map(|signature| signature.as_ref().to_vec()),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).map(|()| signature)
            }
        };
        signed.map(Signature).map_err(|_| signature::Error::new())
    }
}

impl DynSignatureAlgorithmIdentifier for SigningKey {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        Ok(self.algorithm.clone())
    }
}

impl EncodePublicKey for PublicKey {
    fn to_public_key_der(&self) -> spki::Result<Document> {
        Ok(Document::encode_msg(&self.0)?)
    }
}

impl SignatureBitStringEncoding for Signature {
    fn to_bitstring(&self) -> x509_cert::der::Result<BitString> {
        BitString::from_bytes(&self.0)
    }
}

impl PublicKey {
    /// Verifies a signature by this key: ECDSA on P-256 or P-384, RSA of 2048 bits or more, or Ed25519. `None` if it is
    /// none of these, or wrong.
    pub(super) fn verify(&self, algorithm: ObjectIdentifier, message: &[u8], signature: &BitString) -> Option<()> {
        let key = &self.0.algorithm;
        let curve = || key.parameters.as_ref().and_then(|parameters| parameters.decode_as::<ObjectIdentifier>().ok());
        let verification: &dyn VerificationAlgorithm = match (key.oid, algorithm) {
            (oid::EC, oid::ECDSA_SHA256) if curve() == Some(oid::P256) => &ECDSA_P256_SHA256_ASN1,
            (oid::EC, oid::ECDSA_SHA384) if curve() == Some(oid::P384) => &ECDSA_P384_SHA384_ASN1,
            (oid::RSA, oid::RSA_SHA256) => &RSA_PKCS1_2048_8192_SHA256,
            (oid::RSA, oid::RSA_SHA384) => &RSA_PKCS1_2048_8192_SHA384,
            (oid::RSA, oid::RSA_SHA512) => &RSA_PKCS1_2048_8192_SHA512,
            (oid::ED25519, oid::ED25519) => &ED25519,
            _ => return None,
        };
        let key = UnparsedPublicKey::new(verification, self.0.subject_public_key.as_bytes()?);
        key.verify(message, signature.as_bytes()?).ok()
    }
}

/// The stored private key of an authority.
pub(super) fn stored(der: &[u8]) -> Result<SigningKey> {
    SigningKey::from_der(der).ok_or(Error::Crypto("the private key of a certificate authority is damaged"))
}
