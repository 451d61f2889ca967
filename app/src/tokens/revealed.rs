//! The result of creating or rotating a token: the token, and its secrets, which are shown once.

use mintkey_domain::{KubeconfigMethod, Timestamp, TokenId, wire::NewCredentials};
use serde::{Deserialize, Serialize};

/// A token and its secrets, for the dialog that shows them.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct RevealedToken {
    /// The token's ID, which is also its client ID.
    pub(crate) id: TokenId,
    pub(crate) label: String,
    /// The owner's name.
    pub(crate) owner: String,
    pub(crate) expires_at: Option<Timestamp>,
    /// When the previous secret stops working.
    pub(crate) previous_secret_expires_at: Option<Timestamp>,
    /// The secrets; `None` if the form was submitted before.
    pub(crate) secrets: Option<Secrets>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Secrets {
    pub(crate) client_secret: String,
    pub(crate) api_key: String,
    pub(crate) file: Option<CredentialFile>,
}

/// The file that comes with a new secret.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct CredentialFile {
    /// In base64.
    pub(crate) data: String,
    pub(crate) kind: FileKind,
    /// The SHA-256 of the certificate in it, in hexadecimal, and its own end, if that is known.
    pub(crate) certificate: Option<(String, Option<Timestamp>)>,
}

/// What the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FileKind {
    Certificate(CertificateFile),
    Kubeconfig(KubeconfigMethod),
}

/// What the file of a new certificate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CertificateFile {
    /// PKCS#12, with the private key.
    Bundle,
    Pem,
}

impl FileKind {
    /// Whether the private key of a certificate is in it, and nowhere else.
    pub(super) const fn has_private_key(self) -> bool {
        matches!(self, Self::Certificate(CertificateFile::Bundle) | Self::Kubeconfig(KubeconfigMethod::Certificate))
    }

    /// The file's name, from the token's label as a file name.
    pub(super) fn file_name(self, label: &str) -> String {
        match self {
            Self::Certificate(CertificateFile::Bundle) => format!("{label}.p12"),
            Self::Certificate(CertificateFile::Pem) => format!("{label}.pem"),
            Self::Kubeconfig(_) => format!("{label}.kubeconfig.yaml"),
        }
    }

    /// The file as a URL. Browsers download it without a request, because nothing keeps it on the server.
    pub(super) fn url(self, data: &str) -> String {
        let media_type = match self {
            Self::Certificate(CertificateFile::Bundle) => "application/x-pkcs12",
            Self::Certificate(CertificateFile::Pem) => "application/x-pem-file",
            Self::Kubeconfig(_) => "application/yaml",
        };
        format!("data:{media_type};base64,{data}")
    }
}

impl CertificateFile {
    /// Recognizes a file by its beginning, in base64.
    fn of(data: &str) -> Self {
        // `-----BEGIN`, as far as it fills whole characters.
        const PEM: &str = "LS0tLS1CRUdJT";
        if data.starts_with(PEM) { Self::Pem } else { Self::Bundle }
    }
}

impl From<NewCredentials> for RevealedToken {
    fn from(new: NewCredentials) -> Self {
        let NewCredentials { token, client_secret, api_key, data, fingerprint_sha256, .. } = new;
        let ends_at = token.certificate.map(|certificate| certificate.expires_at);
        let kubeconfig = token.kubeconfig.map(|kubeconfig| FileKind::Kubeconfig(kubeconfig.method));
        let file = data.map(|data| CredentialFile {
            kind: kubeconfig.unwrap_or_else(|| FileKind::Certificate(CertificateFile::of(data.expose()))),
            data: data.expose().to_owned(),
            certificate: fingerprint_sha256.map(|fingerprint| (fingerprint, ends_at)),
        });
        Self {
            id: token.id,
            label: token.label,
            owner: token.owner.name,
            expires_at: token.expires_at,
            previous_secret_expires_at: token.previous_secret_expires_at,
            secrets: client_secret.zip(api_key).map(|(client_secret, api_key)| Secrets {
                client_secret: client_secret.expose().to_owned(),
                api_key: api_key.expose().to_owned(),
                file,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CertificateFile;

    #[test]
    fn a_bundle_and_certificates_in_pem_are_told_apart() {
        // `-----BEGIN CERTIFICATE-----`, and a DER sequence.
        assert_eq!(CertificateFile::of("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg=="), CertificateFile::Pem);
        assert_eq!(CertificateFile::of("MIIKPAIBAzCCCfYGCSqGSIb3DQEHAaCC"), CertificateFile::Bundle);
    }
}
