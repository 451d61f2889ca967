//! The certificate that a token gets with a new secret.

use std::time::Duration;

use mintkey_domain::{CertificateSource, ErrorCode, Problem, wire::NewCredentials};
use mintkey_store::{Token, TokenSecret};
use tokio::sync::MutexGuard;

use crate::{
    Error, Result, Service,
    certificates::{CertificateProof, IssuedFor, issue},
    change::Change,
    hex,
};

/// How long a request waits for its turn to make a bundle.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

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
    /// Waits for the turn to make a bundle, before anything is changed: who may create tokens must not occupy all cores, and
    /// a secret must not be lost because its bundle waited too long.
    ///
    /// # Errors
    /// `unavailable` if too many others are waiting.
    pub(super) async fn bundle_turn(&self, has_bundle: bool) -> Result<Option<MutexGuard<'_, ()>>> {
        if !has_bundle {
            return Ok(None);
        }
        if let Ok(turn) = tokio::time::timeout(LONGEST_WAIT, self.bundles.lock()).await {
            return Ok(Some(turn));
        }
        let detail = "Too many certificate bundles are being made. Try again in a moment.";
        Err(Problem::new(ErrorCode::Unavailable, detail).retry_after(5).into())
    }

    /// Adds what the holder of a new certificate gets. The token exists already; a bundle takes a while to encrypt.
    pub(super) async fn with_certificate(
        &self,
        minted: NewCredentials,
        certificate: Option<CertificateProof>,
    ) -> Result<NewCredentials> {
        let Some(certificate) = certificate else { return Ok(minted) };
        let fingerprint_sha256 = Some(certificate.fingerprint());
        let data = tokio::task::spawn_blocking(move || certificate.data()).await;
        let data = data.map_err(|_| Error::Worker("encrypting a bundle"))??;
        Ok(NewCredentials { data: Some(data), fingerprint_sha256, ..minted })
    }
}
