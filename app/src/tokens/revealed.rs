//! The result of creating or rotating a token: the token, and its secrets, which are shown once.

use mintkey_domain::{Timestamp, TokenId, wire::NewCredentials};
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
    pub(crate) certificate: Option<RevealedCertificate>,
}

/// A new certificate.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct RevealedCertificate {
    /// Its file in base64: a PKCS#12 bundle with the private key, or the certificate with its chain in PEM.
    pub(crate) data: String,
    pub(crate) file: CertificateFile,
    /// SHA-256, in hexadecimal.
    pub(crate) fingerprint: String,
    /// Its own end, if it is known.
    pub(crate) expires_at: Option<Timestamp>,
}

/// What the file of a new certificate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CertificateFile {
    /// PKCS#12, with the private key.
    Bundle,
    Pem,
}

impl CertificateFile {
    /// The file's name, from the token's label as a file name.
    pub(super) fn name(self, label: &str) -> String {
        match self {
            Self::Bundle => format!("{label}.p12"),
            Self::Pem => format!("{label}.pem"),
        }
    }

    /// The file as a URL. Browsers download it without a request, because nothing keeps it on the server.
    pub(super) fn url(self, data: &str) -> String {
        let media_type = match self {
            Self::Bundle => "application/x-pkcs12",
            Self::Pem => "application/x-pem-file",
        };
        format!("data:{media_type};base64,{data}")
    }

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
        let expires_at = token.certificate.map(|certificate| certificate.expires_at);
        let certificate = data.zip(fingerprint_sha256).map(|(data, fingerprint)| RevealedCertificate {
            file: CertificateFile::of(data.expose()),
            data: data.expose().to_owned(),
            fingerprint,
            expires_at,
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
                certificate,
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
