//! A certificate as a client presents it.

use mintkey_domain::TokenId;
use sha2::{Digest as _, Sha256};
use x509_cert::{
    Certificate,
    der::Decode,
    ext::pkix::{SubjectAltName, name::GeneralName},
};

/// What the URI in a certificate begins with that was issued for a token.
pub(super) const TOKEN_URI: &str = "urn:mintkey:token:";

/// A certificate that claims to be of a token. Its holder has proven to have the private key, to this server in the TLS
/// handshake, or to a trusted proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The token that it names.
    pub token: TokenId,
    /// SHA-256 of its DER form. Only a certificate that was issued here has one that is known.
    pub fingerprint: [u8; 32],
}

impl ClientCertificate {
    /// Reads a certificate in DER. `None` if it isn't one, or names no token: anybody may present a certificate of another
    /// authority, which has no meaning here.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let certificate = Certificate::from_der(der).ok()?;
        let (_, names) = certificate.tbs_certificate().get_extension::<SubjectAltName>().ok()??;
        let token = names.0.iter().find_map(|name| match name {
            GeneralName::UniformResourceIdentifier(uri) => uri.as_str().strip_prefix(TOKEN_URI)?.parse().ok(),
            _ => None,
        })?;
        Some(Self { token, fingerprint: Sha256::digest(der).into() })
    }
}
