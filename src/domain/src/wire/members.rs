//! Members: the people of an organization.

use serde::{Deserialize, Serialize};

use crate::{MembershipStatus, Role, Timestamp, UserId};

/// A person's place in the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// The user's id.
    pub id: UserId,
    /// Their address.
    pub email: String,
    /// What they may do here.
    pub role: Role,
    /// Whether anything of theirs works here.
    pub status: MembershipStatus,
    /// When they joined.
    pub created_at: Timestamp,
    /// When their place was last changed.
    pub updated_at: Timestamp,
}
