//! The file that comes with a new secret: a certificate, or a kubeconfig.

use std::time::Duration;

use mintkey_domain::{CertificateSource, ErrorCode, Problem, SecretText, wire::NewCredentials};
use mintkey_store::{Token, TokenSecret};
use tokio::sync::MutexGuard;

use super::kubeconfig;
use crate::{
    Error, Result, Service,
    certificates::{CertificateProof, issue},
    change::Change,
    hex,
};

/// How long a request waits for its turn to make a bundle.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What is returned with a new secret once the transaction has committed.
pub(super) enum CredentialFile {
    None,
    Certificate(CertificateProof),
    /// The file, in base64.
    Kubeconfig(SecretText),
}

/// Issues the certificate, or writes the kubeconfig, that is returned with this secret of the token.
pub(super) async fn make(
    change: &mut Change<'_>,
    token: &mut Token,
    secret: &mut TokenSecret,
    api_key: &SecretText,
    source: Option<CertificateSource>,
) -> Result<CredentialFile> {
    if let Some(source) = source {
        let certificate = issue(change, token, secret.generation, source).await?;
        secret.certificate = Some(certificate.stored);
        token.certificate = secret.certificate;
        return Ok(CredentialFile::Certificate(certificate));
    }
    let file = kubeconfig::make(change, token, secret, api_key).await?;
    Ok(file.map_or(CredentialFile::None, CredentialFile::Kubeconfig))
}

/// The certificate of a token, for the audit log.
pub(super) fn describe_certificate(token: &Token) -> Option<String> {
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

    /// Adds the file. The token exists already; a bundle takes a while to encrypt.
    pub(super) async fn with_credential_file(
        &self,
        minted: NewCredentials,
        file: CredentialFile,
    ) -> Result<NewCredentials> {
        let fingerprint = minted.token.certificate.as_ref().map(|certificate| certificate.fingerprint_sha256.clone());
        let data = match file {
            CredentialFile::None => return Ok(minted),
            CredentialFile::Certificate(certificate) => {
                let data = tokio::task::spawn_blocking(move || certificate.data()).await;
                data.map_err(|_| Error::Worker("encrypting a bundle"))??
            }
            CredentialFile::Kubeconfig(file) => file,
        };
        Ok(NewCredentials { data: Some(data), fingerprint_sha256: fingerprint, ..minted })
    }
}
