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
    pub(crate) handout: Option<Handout>,
}

/// The file that comes with a new secret.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Handout {
    /// In base64.
    pub(crate) data: String,
    pub(crate) kind: FileKind,
    /// The SHA-256 of the certificate in it, in hexadecimal, and its own end, if that is known.
    pub(crate) certificate: Option<(String, Option<Timestamp>)>,
}

/// What the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FileKind {
    /// PKCS#12, with the private key of a certificate.
    Bundle,
    /// A certificate with its chain.
    Pem,
    /// A kubeconfig without a secret.
    ExecKubeconfig,
    /// A kubeconfig with the API key.
    TokenKubeconfig,
    /// A kubeconfig with a certificate and its private key.
    CertificateKubeconfig,
}

impl FileKind {
    /// Whether it is a client certificate.
    pub(super) fn is_certificate(self) -> bool {
        matches!(self, Self::Bundle | Self::Pem)
    }

    /// Whether the private key of a certificate is in it, and nowhere else.
    pub(super) fn has_private_key(self) -> bool {
        matches!(self, Self::Bundle | Self::CertificateKubeconfig)
    }

    /// The file's name, from the token's label as a file name.
    pub(super) fn file_name(self, label: &str) -> String {
        match self {
            Self::Bundle => format!("{label}.p12"),
            Self::Pem => format!("{label}.pem"),
            Self::ExecKubeconfig | Self::TokenKubeconfig | Self::CertificateKubeconfig => {
                format!("{label}.kubeconfig.yaml")
            }
        }
    }

    /// The file as a URL. Browsers download it without a request, because nothing keeps it on the server.
    pub(super) fn url(self, data: &str) -> String {
        let media_type = match self {
            Self::Bundle => "application/x-pkcs12",
            Self::Pem => "application/x-pem-file",
            Self::ExecKubeconfig | Self::TokenKubeconfig | Self::CertificateKubeconfig => "application/yaml",
        };
        format!("data:{media_type};base64,{data}")
    }

    /// Recognizes the file of a client certificate by its beginning, in base64.
    fn of_certificate(data: &str) -> Self {
        // `-----BEGIN`, as far as it fills whole characters.
        const PEM: &str = "LS0tLS1CRUdJT";
        if data.starts_with(PEM) { Self::Pem } else { Self::Bundle }
    }
}

impl From<KubeconfigMethod> for FileKind {
    fn from(method: KubeconfigMethod) -> Self {
        match method {
            KubeconfigMethod::Exec => Self::ExecKubeconfig,
            KubeconfigMethod::Token => Self::TokenKubeconfig,
            KubeconfigMethod::Certificate => Self::CertificateKubeconfig,
        }
    }
}

impl From<NewCredentials> for RevealedToken {
    fn from(new: NewCredentials) -> Self {
        let NewCredentials { token, client_secret, api_key, data, fingerprint_sha256, .. } = new;
        let ends_at = token.certificate.map(|certificate| certificate.expires_at);
        let kubeconfig = token.kubeconfig.map(|kubeconfig| kubeconfig.method.into());
        let handout = data.map(|data| Handout {
            kind: kubeconfig.unwrap_or_else(|| FileKind::of_certificate(data.expose())),
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
                handout,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FileKind;

    #[test]
    fn a_bundle_and_certificates_in_pem_are_told_apart() {
        // `-----BEGIN CERTIFICATE-----`, and a DER sequence.
        assert_eq!(FileKind::of_certificate("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg=="), FileKind::Pem);
        assert_eq!(FileKind::of_certificate("MIIKPAIBAzCCCfYGCSqGSIb3DQEHAaCC"), FileKind::Bundle);
    }
}
