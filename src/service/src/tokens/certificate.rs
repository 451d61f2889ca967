//! The certificate that a token gets with a new secret.

use mintkey_domain::{CertificateSource, wire::NewCredentials};
use mintkey_store::{Token, TokenSecret};

use crate::{
    Error, Result, Service,
    certificates::{CertificateProof, IssuedFor, issue},
    change::Change,
    hex,
};

/// Issues a certificate with this secret of the token, if there is a source for one.
pub(super) async fn issue_with(
    change: &mut Change<'_>,
    token: &mut Token,
    secret: &mut TokenSecret,
    source: Option<CertificateSource>,
) -> Result<Option<CertificateProof>> {
    let Some(source) = source else { return Ok(None) };
    let subject =
        IssuedFor { token: token.id, label: &token.label, generation: secret.generation, ends_at: token.expires_at };
    let certificate = issue(change, subject, source).await?;
    secret.certificate = Some(certificate.stored);
    token.certificate = secret.certificate;
    Ok(Some(certificate))
}

/// The certificate of a token, for the audit log.
pub(super) fn describe(token: &Token) -> Option<String> {
    token.certificate.map(|certificate| hex::encode(&certificate.fingerprint))
}

impl Service {
    /// Adds what the holder of a new certificate gets. The token exists already; a bundle takes a while to encrypt.
    pub(super) async fn with_certificate(
        &self,
        minted: NewCredentials,
        certificate: Option<CertificateProof>,
    ) -> Result<NewCredentials> {
        let Some(certificate) = certificate else { return Ok(minted) };
        // One at a time: whoever may create tokens must not occupy all cores with bundles.
        let _turn = self.bundles.lock().await;
        let fingerprint_sha256 = Some(certificate.fingerprint());
        let data = tokio::task::spawn_blocking(move || certificate.data()).await;
        let data = data.map_err(|_| Error::Worker("encrypting a bundle"))??;
        Ok(NewCredentials { data: Some(data), fingerprint_sha256, ..minted })
    }
}
