//! Wire types of service accounts.

use serde::{Deserialize, Serialize};

use super::PrincipalName;
use crate::{OrganizationId, Role, ServiceAccountId, ServiceAccountStatus, Timestamp};

/// The maximum number of members who can manage one service account.
pub const MAX_SERVICE_ACCOUNT_MEMBERS: usize = 200;

/// A service account: the identity of an agent, a device or a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceAccount {
    /// ID.
    pub id: ServiceAccountId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// Display name, unique in the organization.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it may do, and over which objects.
    pub role: Role,
    /// Whether its credentials work.
    pub status: ServiceAccountStatus,
    /// Scopes that further limit the role; null for no limit.
    pub allowed_scopes: Option<Vec<String>>,
    /// The members who may make and rotate its tokens.
    pub members: Vec<PrincipalName>,
    /// How many of its tokens aren't invalidated.
    pub tokens: i64,
    /// Who created it.
    pub created_by: PrincipalName,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The number of service accounts by status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAccountCounts {
    /// Active accounts.
    pub active: i64,
    /// Suspended accounts.
    pub suspended: i64,
    /// Those that are decommissioned.
    pub decommissioned: i64,
}
