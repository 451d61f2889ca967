//! One type per kind of ID, so that IDs of different kinds can't be confused.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text isn't a hyphenated UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidId;

macro_rules! id_types {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Generates a version 7 UUID (RFC 9562 section 5.7) from a time and 10 random bytes.
            pub fn new(now: crate::Timestamp, random: [u8; 10]) -> Self {
                let millis = u64::try_from(now.millis()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }

            /// Wraps an existing ID from a database row or a key.
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The underlying UUID, for query parameters.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                // Only the hyphenated form, so that each ID has one spelling.
                if text.len() != 36 {
                    return Err(InvalidId);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    )+};
}

id_types! {
    /// An organization: the tenant that everything else belongs to.
    OrganizationId
    /// A person, known once per instance.
    UserId
    /// A service account.
    ServiceAccountId
    /// A token; also its client ID.
    TokenId
    /// A scope of an organization's catalogue.
    ScopeId
    /// A console session, as its owner sees it listed. Not the secret of the cookie.
    SessionId
    /// One event of the audit log.
    AuditEventId
    /// A key that signs access tokens; the `kid` of the JWKS.
    SigningKeyId
    /// A certificate authority of an organization.
    CertificateAuthorityId
    /// A Kubernetes cluster.
    ClusterId
    /// A short-lived access token; the `jti` of RFC 7519 section 4.1.7.
    AccessTokenId
    /// A one-time code: set-up, invitation or password reset.
    OneTimeCodeId
}
