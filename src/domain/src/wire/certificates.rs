//! Wire types of certificate authorities.

use serde::{Deserialize, Serialize};

use crate::{CertificateAuthorityId, Timestamp};

/// An authority that issues the client certificates of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateAuthority {
    /// ID.
    pub id: CertificateAuthorityId,
    /// Its name in certificates (RFC 4514).
    pub subject: String,
    /// SHA-256 of its certificate, in hexadecimal.
    pub fingerprint_sha256: String,
    /// Whether an administrator brought it; otherwise it was made here.
    pub brought: bool,
    /// When its certificate ends, or one above it.
    pub expires_at: Timestamp,
    /// When it was created here.
    pub created_at: Timestamp,
    /// Its certificate and those above it, in PEM.
    pub certificates: String,
}
