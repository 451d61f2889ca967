//! The certificates that clients may present.

use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, UnixTime},
    server::{
        ParsedCertificate,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
};

/// Maximum number of authorities that are named to clients. Without names, a client chooses among all of its
/// certificates.
const MAX_NAMED_AUTHORITIES: usize = 100;
/// Maximum bytes of their names. TLS has room for 64 KiB, but Java refuses handshake messages of more than 32 KiB.
const MAX_NAME_BYTES: usize = 16 * 1024;
/// Maximum bytes of the certificates that a client presents. The connection keeps them until it ends.
const MAX_CHAIN_BYTES: usize = 16 * 1024;

/// Accepts any certificate whose key the client holds, and connections without one.
///
/// Which certificate counts is decided for each request, by the service and by the certificate's fingerprint. A refusal
/// is then the same 401 as for any other credential, and is in the log and the audit log; a TLS alert would be neither,
/// and would also end connections whose requests have another credential. A certificate that was revoked after the
/// handshake is refused too.
#[derive(Debug)]
pub(super) struct ClientCertificates {
    is_asked_for: bool,
    authorities: Vec<DistinguishedName>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertificates {
    /// Asks for a certificate if there is an authority.
    pub(super) fn new(authorities: &[Vec<u8>], provider: &CryptoProvider) -> Self {
        let bytes: usize = authorities.iter().map(Vec::len).sum();
        let is_named = authorities.len() <= MAX_NAMED_AUTHORITIES && bytes <= MAX_NAME_BYTES;
        let named = if is_named { authorities } else { &[] };
        Self {
            is_asked_for: !authorities.is_empty(),
            authorities: named.iter().cloned().map(DistinguishedName::from).collect(),
            algorithms: provider.signature_verification_algorithms,
        }
    }
}

impl ClientCertVerifier for ClientCertificates {
    fn offer_client_auth(&self) -> bool {
        self.is_asked_for
    }

    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.authorities
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let bytes = intermediates.iter().fold(end_entity.len(), |bytes, certificate| bytes + certificate.len());
        if bytes > MAX_CHAIN_BYTES {
            return Err(Error::General("the client's certificates are too long".to_owned()));
        }
        ParsedCertificate::try_from(end_entity)?;
        Ok(ClientCertVerified::assertion())
    }

    /// Verifies that the client holds the key.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    /// Verifies that the client holds the key.
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
