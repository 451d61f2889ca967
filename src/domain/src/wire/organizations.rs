//! Wire types of organizations and their settings.

use serde::{Deserialize, Serialize};

use crate::{DAY, OrganizationId, Role, Timestamp};

/// The minimum audit log retention, in milliseconds: 30 days.
pub const MIN_AUDIT_RETENTION: i64 = 30 * DAY;
/// The maximum number of characters of an audience.
pub const MAX_AUDIENCE: usize = 255;

/// An organization and its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Organization {
    /// ID.
    pub id: OrganizationId,
    /// Display name.
    pub name: String,
    /// Default token lifetime, such as `90d`.
    pub default_token_ttl: String,
    /// Maximum token lifetime, such as `365d`; null for no limit.
    pub max_token_ttl: Option<String>,
    /// The `aud` of its access tokens (RFC 9068 section 2.2).
    pub audience: String,
    /// Audit log retention, such as `400d`; null keeps events forever.
    pub audit_retention: Option<String>,
    /// Whether certificates may be handed out in a PKCS#12 bundle with weak encryption, for programs that open no other.
    pub allow_compatible_pkcs12: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// An organization that the acting user belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnOrganization {
    /// The ID.
    pub id: OrganizationId,
    /// The display name.
    pub name: String,
    /// The user's role there.
    pub role: Role,
    /// Whether it is the selected organization.
    pub current: bool,
}
