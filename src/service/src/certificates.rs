//! Client certificates: an authority for each organization, what it issues, and what a presented certificate proves.
//!
//! A certificate is one more proof of its token, beside the secret of the same generation. It is checked by its SHA-256
//! fingerprint, as a key is by its hash: whoever issued it, only a certificate that was issued here is known. Chains and
//! revocation lists are for other programs, which have no other way to check it.

mod authorities;
mod authority;
mod brought;
mod bundle;
mod issue;
mod key;
mod presented;
mod revocation_list;
mod signing_request;

pub use authorities::{NewCertificateAuthority, Published};
pub use presented::ClientCertificate;

pub(crate) use authorities::AuthorityNames;
pub(crate) use issue::{CertificateFiles, CertificateProof, issue, issue_for_cluster};

use crate::Error;

/// Converts an error of encoding or signing, none of which depends on what a caller sent.
fn failed(_: impl Sized) -> Error {
    Error::Crypto("making a certificate")
}
