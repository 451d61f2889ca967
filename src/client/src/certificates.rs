//! Client certificates: what a new token gets, and the authorities that issue it.

use futures_util::Stream;
use mintkey_domain::{
    OrganizationId, Pkcs12Format, SecretText,
    wire::{CertificateAuthority, ListPage},
};
use reqwest::Method;
use serde::Serialize;

#[cfg(doc)]
use crate::Error;
use crate::{Client, Page, Result, transport::Request};

const PATH: &str = "/api/v1/certificate-authorities";

/// The certificate that a new or rotated token of the kind `client_certificate` gets.
///
/// ```
/// # use mintkey_client::{CertificateRequest, SecretText, Token};
/// let password = SecretText::new("correct horse battery".to_owned());
/// let token = Token::new("gateway").scope("plants.read").certificate(CertificateRequest::bundle(password));
/// ```
#[derive(Debug, Clone, Default, Serialize)]
pub struct CertificateRequest {
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "SecretText::show")]
    password: Option<SecretText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pkcs12: Option<Pkcs12Format>,
    #[serde(skip_serializing_if = "Option::is_none")]
    csr: Option<String>,
}

/// An authority of the organization's own hierarchy.
#[derive(Debug, Clone, Serialize)]
pub struct NewCertificateAuthority {
    /// Its certificate in PEM, and after it those above it.
    pub certificates: String,
    /// Its private key in PEM.
    #[serde(serialize_with = "SecretText::show")]
    pub private_key: SecretText,
}

/// What anybody may download of an organization's authorities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pki {
    /// The certificates of all authorities, in PEM.
    Certificates,
    /// The revocation lists of all authorities, in PEM.
    RevocationLists,
    /// The revocation list of the authority that issues, in DER.
    RevocationList,
}

/// Requests about certificate authorities.
#[derive(Clone, Copy)]
pub struct CertificateAuthorities<'a>(&'a Client);

impl CertificateRequest {
    /// A PKCS#12 bundle with a new private key. The password has 12 to 128 printable ASCII characters.
    pub const fn bundle(password: SecretText) -> Self {
        Self { password: Some(password), pkcs12: None, csr: None }
    }

    /// A certificate for the key of this signing request, in PEM.
    pub fn signing_request(pem: impl Into<String>) -> Self {
        Self { csr: Some(pem.into()), ..Self::default() }
    }

    /// How the bundle is encrypted.
    #[must_use]
    pub const fn format(mut self, format: Pkcs12Format) -> Self {
        self.pkcs12 = Some(format);
        self
    }
}

impl Client {
    /// Requests about certificate authorities.
    pub fn certificate_authorities(&self) -> CertificateAuthorities<'_> {
        CertificateAuthorities(self)
    }
}

impl<'a> CertificateAuthorities<'a> {
    /// One page of the authorities, the newest first: that one issues.
    pub async fn list(self, page: &Page) -> Result<ListPage<CertificateAuthority>> {
        self.0.list(PATH, &(), page).await
    }

    /// All authorities.
    pub fn all(self) -> impl Stream<Item = Result<CertificateAuthority>> + 'a {
        self.0.stream(PATH.to_owned(), ())
    }

    /// Brings an authority, which issues from now on.
    pub async fn create(self, new: &NewCertificateAuthority) -> Result<CertificateAuthority> {
        self.0.send(Request::new(Method::POST, PATH).json(new)).await
    }

    /// What is published of an organization's authorities. [`Error::Refused`] as long as it has none.
    pub async fn published(self, organization: OrganizationId, what: Pki) -> Result<Vec<u8>> {
        let name = match what {
            Pki::Certificates => "ca.pem",
            Pki::RevocationLists => "crl.pem",
            Pki::RevocationList => "crl.der",
        };
        self.0.send_for_bytes(Request::new(Method::GET, format!("/pki/{organization}/{name}")).anonymous()).await
    }
}
